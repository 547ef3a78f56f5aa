import type { StoredPicture } from './render/rendered.ts';

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
  /** How a teacher with another tokenizer reads it: none where it shares the student's. */
  readings?: TeacherReading[];
  /** Its pictures, and for each token the row of all their features that it is, else -1. */
  pictures?: { shown: StoredPicture[]; rows: Int32Array };
}

/** A text of the teacher that says, in the teacher's tokens, what some tokens of a sample say. */
export interface TeacherReading {
  /** Up to the last token that is in a pair. */
  ids: Int32Array;
  /** Four numbers a pair: tokens `[first, end)` of the sample, and `[first, end)` of `ids`, that say the same. */
  pairs: Int32Array;
}
