/** What a log itself says about a record; null: it does not say. */
export interface Facts {
  /** What the agent was asked to do, on one line and cut where it is long. */
  task: string | null;
  model: string | null;
  /** Score or reward. */
  score: number | null;
  /** How it ended: `success`, `failure`, `error`, or the log's own word. */
  status: string | null;
  durationMs: number | null;
  /** Tokens that the model read and wrote, all calls together. */
  tokens: number | null;
}

export const NO_FACTS: Readonly<Facts> = {
  task: null,
  model: null,
  score: null,
  status: null,
  durationMs: null,
  tokens: null,
};

/** What a list of records can be sorted by; `record` is the order of the file. */
export const RECORD_ORDERS = [
  'record',
  'name',
  'score',
  'status',
  'model',
  'tokens',
  'duration',
  'spans',
] as const;

export type RecordOrder = (typeof RECORD_ORDERS)[number];
