import type { TeacherReading } from '../data/sample.ts';
import type { TeacherScores } from './scoreRecord.ts';

/** The tokens of one sample whose scores are wanted. */
export interface ScoreRequest {
  /** Names the scores in the cache: see `scoreKey`. */
  key: string;
  /** The whole sample. */
  ids: Int32Array;
  /** Positions of the tokens to be scored, ascending; each is 1 or more, since nothing precedes the first token. */
  offsets: Int32Array;
  /** How a teacher with another tokenizer reads the sample. */
  readings?: readonly TeacherReading[] | undefined;
}

/** What a teacher says of a sample's tokens; row n scores the token at `offsets[n]`. */
export interface TokenScores extends TeacherScores {
  /** `[N]`: log-probability of the token that stands there, in nats. */
  labelLogp: Float32Array;
}

/** A teacher or tokenizer: the name is for messages, the fingerprint decides whether two are the same. */
export interface Named {
  name: string;
  fingerprint: string;
}

/**
 * A teacher that scores tokens which are given to it, wherever it runs. What it says is right or is an
 * error: a scorer that asks another program checks that each row is about the token that was sent.
 */
export interface TokenScorer {
  /** Changes with everything that could change a score. */
  readonly identity: Named;
  /** Tokens in each row. */
  readonly k: number;
  /** The temperature of the scores. */
  readonly temperature: number;
  /** Calls of `score` that keep it busy; 1 for a model that runs here. */
  readonly concurrency: number;
  /** Scores in the order of the requests. Rejects with the signal's reason when it is aborted. */
  score(requests: readonly ScoreRequest[], signal?: AbortSignal): Promise<TokenScores[]>;
  close(): Promise<void>;
}
