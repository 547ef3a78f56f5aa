import type { Config } from '@deepcoder/config';

/** The part of `weights` of the config that decides which tokens are supervised: weight above 0. */
export type SupervisionWeights = Pick<
  Config['weights'],
  'reasoning' | 'action' | 'observation' | 'other' | 'labels'
>;

/** One tokenized training text. The three arrays have one entry a token. */
export interface Sample {
  /** Unique among all samples. */
  id: string;
  /** The record's id, which decides between train and eval; samples of one record share it. */
  record: string;
  /** The file as named in the messages, or the environment. */
  source: string;
  ids: Int32Array;
  /** `KIND` codes. 0: context that is never supervised. */
  kinds: Uint8Array;
  /** 1: label text, tags, call syntax or end of turn, inside the agent's turn. */
  glue: Uint8Array;
  /** Tokens by `KIND` code, glue included. */
  tokensPerKind: number[];
}
