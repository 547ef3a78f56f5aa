export const SPAN_KINDS = [
  'reasoning',
  'action',
  'observation',
  'system',
  'task',
  'answer',
  'other',
] as const;

export type SpanKind = (typeof SPAN_KINDS)[number];

/** Half-open, in UTF-16 units of the text as given. */
export interface Range {
  start: number;
  end: number;
}

/**
 * Content of one role. `step` 0 is before the first turn of its trajectory; the k-th turn and all that
 * follows until the next one carry k.
 */
export interface Span extends Range {
  kind: SpanKind;
  step: number;
  traj: number;
}

export type Severity = 'error' | 'warning' | 'info';

export interface Problem extends Range {
  code: string;
  message: string;
  severity: Severity;
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
}

/** One turn. `pieces` are reasoning, answer and action written as text, in order; `calls` come after. */
export interface AssistantMessage {
  role: 'assistant';
  step: number;
  pieces: Piece[];
  calls: Call[];
}

export interface ToolMessage {
  role: 'tool';
  callId: string | null;
  name: string | null;
  /** The file says that the call failed. */
  isError: boolean;
  pieces: Piece[];
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
  escapes: number[];
  masked: ReadonlySet<number>;
  labels: Range[];
  problems: Problem[];
  trajectories: Trajectory[];
}

/**
 * A rule for home-made logs. A line that begins with `prefix`, or on which `pattern` (a regular
 * expression, tried at the start of the line) matches, opens a span of that kind, which lasts until
 * the next rule that matches. `ignore` makes the line and what follows part of no span;
 * `trajectory: true` opens a new trajectory there.
 */
export interface LabelRule {
  kind: SpanKind | 'ignore';
  prefix?: string;
  pattern?: string;
  trajectory?: boolean;
}

export interface LabelRules {
  rules: LabelRule[];
}

export interface ParseOptions {
  /** A format's id; overrules detection. */
  format?: string;
  fileName?: string;
  rules?: LabelRules;
}
