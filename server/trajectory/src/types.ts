import type { LabelRules, Problem, Range, SpanKind } from '@deepcoder/vocabulary';

/**
 * Content of one role. `step` 0 is before the first turn of its trajectory; the k-th turn and all that
 * follows until the next one carry k.
 */
export interface Span extends Range {
  kind: SpanKind;
  step: number;
  traj: number;
}

/**
 * Where a picture's bytes are. `range`: base64 in the file's text, which is to be unescaped `escapes` times.
 * `path`: as written, from the file's folder. `attachment`: a name under which the record keeps the data; `range`
 * is null where it does not. A `url` is never fetched.
 */
export type PictureSource =
  | { range: Range; escapes: number }
  | { path: string }
  | { attachment: string; range: Range | null; escapes: number }
  | { url: string };

export interface Picture {
  source: PictureSource;
  /** Null where neither the file nor the data tells. */
  mediaType: string | null;
  alt: string | null;
}

/** A span that is a picture: its place is where the file names or holds it, or its placeholder in a text. */
export interface PictureSpan extends Span {
  picture: Picture;
}

/** A picture of a message, an index into `Parsed.pictures`. It stands before the piece of that number. */
export interface PlacedPicture {
  picture: number;
  before: number;
}

/** A decoded text and the span it comes from, as an index into `Parsed.spans`. */
export interface Piece {
  text: string;
  span: number;
}

/**
 * `null` where the file has no id, or a blank name or arguments. `json`: the arguments as the text of a
 * JSON object, where the file writes them in another syntax (XML parameters, a Python literal).
 */
export interface Call {
  id: string | null;
  name: Piece | null;
  arguments: Piece | null;
  json: string | null;
}

export interface OuterMessage {
  role: 'system' | 'user' | 'other';
  pieces: Piece[];
  pictures?: PlacedPicture[];
}

/** One turn. `pieces` are reasoning, answer and action written as text, in order; `calls` come after. */
export interface AssistantMessage {
  role: 'assistant';
  step: number;
  pieces: Piece[];
  pictures?: PlacedPicture[];
  calls: Call[];
}

export interface ToolMessage {
  role: 'tool';
  callId: string | null;
  name: string | null;
  /** The file says that the call failed. */
  isError: boolean;
  pieces: Piece[];
  pictures?: PlacedPicture[];
}

export type Message = OuterMessage | AssistantMessage | ToolMessage;

/**
 * `messages` stand in the order of generation, whatever the order in the file. `tools`: the JSON text of the
 * tool definitions that the file gives for it.
 */
export interface Trajectory extends Range {
  index: number;
  id: string | null;
  tools: string | null;
  messages: Message[];
}

/**
 * `spans` are sorted, never empty, never overlapping. `escapes[i]` says in how many JSON strings
 * span i lies: its decoded text is the raw one unescaped that many times. `labels` are the label,
 * tag and fence ranges that belong to no span. `masked`: indices of the spans that the file itself excludes
 * from the loss (`weight: 0`, `loss: false`, `train: false` on their message).
 */
export interface Parsed {
  format: string;
  reason: string;
  spans: Span[];
  /** In the order of the text; apart from `spans`, which are all text. */
  pictures: readonly PictureSpan[];
  escapes: number[];
  masked: ReadonlySet<number>;
  labels: Range[];
  problems: Problem[];
  trajectories: Trajectory[];
}

export interface ParseOptions {
  /** A format's id; overrules detection. */
  format?: string;
  fileName?: string;
  rules?: LabelRules;
}
