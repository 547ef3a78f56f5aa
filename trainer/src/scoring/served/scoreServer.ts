import type { ScoreRequest } from '../tokenScorer.ts';

/** Top tokens of N positions as a server gives them, by falling probability, in nats at temperature 1. */
export interface ServerRows {
  /** `[N, k]` */
  ids: Int32Array;
  /** `[N, k]` */
  logps: Float64Array;
  /** `[N]`: of the token that stands there. */
  labelLogp: Float64Array;
}

/** What a server says of itself; null where it does not. */
export interface ServerFacts {
  /** Names by which its model can be asked for. */
  models: string[];
  /** Tokens that a request may have, including what is generated. */
  contextLength: number | null;
  version: string | null;
  weightVersion: string | null;
  /** How it drafts tokens (speculative decoding). */
  speculative: string | null;
}

export interface RowsRequest extends Pick<ScoreRequest, 'ids' | 'offsets'> {
  k: number;
  signal?: AbortSignal | undefined;
}

/** One kind of server that scores token ids. */
export interface ScoreServer {
  facts(signal?: AbortSignal): Promise<ServerFacts>;
  /** Rows that are checked to be about the tokens that were sent. */
  rows(request: RowsRequest): Promise<ServerRows>;
  /** What the server writes for each id, where it says; for the preflight. */
  texts(request: RowsRequest): Promise<Map<number, string>>;
  /** The option of the server that allows more top tokens, for messages. */
  readonly topKOption: string | null;
}
