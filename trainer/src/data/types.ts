import type { Config } from '@deepcoder/config';
import type { TrainedKind } from '@deepcoder/vocabulary';
import type { SupervisionWeights } from '@deepcoder/trajectory';
import type { MatchedBytes } from './align/matchedBytes.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { LearntTokens } from './learntTokens.ts';
import type { PictureSettings } from '../vision/pictureSettings.ts';
import type { RenderNote, RejectCode, StoredPicture } from './render/rendered.ts';
import type { Sample } from './sample.ts';

/** `data` of the config. */
export type DataSettings = Config['data'];

/**
 * Rows of packed samples with static shapes: B rows, T tokens a row, P target slots. `segments` number
 * the samples of a row from 0 (-1: padding) and `positions` start again in each.
 */
export interface Batch {
  rows: number;
  length: number;
  /** B * T. Padding holds id 0. */
  ids: Int32Array;
  /** B * T. */
  positions: Int32Array;
  /** B * T. */
  segments: Int32Array;
  targets: Targets;
  /** Pictures in the batch's order, and for each token the row of all their features that it is, else -1; B * T. */
  pictures?: { shown: StoredPicture[]; rows: Int32Array };
}

/** What is predicted, P slots; those from `count` on are padding, with kind 0, and have weight 0. */
export interface Targets {
  /** Flat index, into B * T, of the position that PREDICTS the label. */
  index: Int32Array;
  label: Int32Array;
  /** TokenKind of the label's token. */
  kind: Uint8Array;
  glue: Uint8Array;
  /** Index of the sample in the list given to `batches`; -1 in padding. */
  sample: Int32Array;
  /** Where in its sample the label stands. */
  offset: Int32Array;
  count: number;
}

export interface Rejected {
  source: string;
  record: string;
  code: RejectCode;
  message: string;
}

/** What became of one source (a file or an environment). */
export interface SourceReport {
  source: string;
  format: string;
  reason: string;
  records: number;
  samples: number;
  spansPerKind: Record<string, number>;
  tokens: number;
  tokensPerKind: Record<'none' | TrainedKind, number>;
  glueTokens: number;
  rejected: number;
  truncated: number;
  annotations: { applied: number; refused: number };
}

/** How some records are said, and why; `source` and `why` are those of the first one. */
export interface DataNote extends RenderNote {
  source: string;
  records: number;
}

export interface DataReport {
  sources: SourceReport[];
  rejected: Rejected[];
  /** What the loss counts on each side of the split. */
  learnt: { train: LearntTokens; eval: LearntTokens };
  warnings: string[];
  notes: DataNote[];
  /** How much of what is learnt a teacher with another tokenizer says something of; null without one. */
  matched: MatchedBytes | null;
  /** `wallMs` from start to end; the rest is summed over workers. */
  timings: { wallMs: number; parseMs: number; renderMs: number; tokenizeMs: number };
  workers: number;
  /** Changes when the samples do; resuming compares it. */
  fingerprint: string;
}

export interface PreparedData {
  train: Sample[];
  eval: Sample[];
  report: DataReport;
}

/** Makes the trajectories of a built-in environment from the parameters of its `env:` address. */
export type EnvironmentSource = (
  parameters: URLSearchParams,
) => Iterable<{ id: string; text: string; format?: string }>;

export interface PrepareDeps {
  /** Only what is held out is wanted: where `data.eval` names files, the others are not read. Default: all. */
  heldOutOnly?: boolean;
  tokenizer: Tokenizer;
  /** Of a teacher that has one of its own; none without it. */
  teacherTokenizer?: Tokenizer | null;
  /** How the student is shown pictures; none where it does not see. */
  vision?: PictureSettings | null;
  /** Folder that relative paths and globs start from. */
  cwd: string;
  environments: Record<string, EnvironmentSource>;
  /** Monotonic clock, in milliseconds. */
  now: () => number;
  /** Workers to use at most; 0: everything in this thread. */
  workers: number;
  /** The bundled worker; where it is null or missing, the work is done in this thread. */
  workerUrl: URL | null;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** What `prepareData` is: everything that is read, parsed, rendered and tokenized before a run. */
export type PrepareData = (
  config: { data: DataSettings; weights: SupervisionWeights },
  deps: PrepareDeps,
) => Promise<PreparedData>;

export interface BatchOptions {
  /** B. */
  rows: number;
  /** T. */
  length: number;
  seed: number;
  epoch: number;
  /** Index of the first batch to give, for resuming inside an epoch. */
  start?: number;
  /** Several samples a row (default), or one. */
  packing?: boolean;
  weights: SupervisionWeights;
  /** Easy first by this score instead of shuffled. */
  complexity?: (sample: Sample, index: number) => number;
  /** Equal parts that each batch is cut into, row by row, for ranks to share. Default: 1. */
  parts?: number;
  /** Sizes of P to choose from, ascending; a default ladder without it. */
  targetBuckets?: readonly number[];
}
