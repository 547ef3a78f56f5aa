import type { Reason } from '@deepcoder/trajectory';
import type { Kind } from '../kinds.ts';

/** A part of a training text that has a kind, or is left out by name; the rest is context. */
export interface Segment {
  start: number;
  end: number;
  kind: Kind;
  glue: boolean;
  reason: Reason;
}

/** Where a span's content stands in a text. */
export interface PlacedSpan {
  start: number;
  end: number;
  span: number;
}

/** A text to train on. `segments` are sorted and never overlap. */
export interface Rendered {
  text: string;
  segments: Segment[];
  /** Where contents of spans stand, for showing; sorted. Each content stands in one text only. */
  placed: PlacedSpan[];
  /** Whether the tokenizer's own first tokens go before it; a chat template writes its own. */
  withPrefix: boolean;
  /** The turn that it was made for, where each turn has its own text. */
  step: number | null;
}

/** What the reader of a data report should know of how a record is said. */
export interface RenderNote {
  code: 'per-turn' | 'thoughts-kept' | 'calls-as-text' | 'results-as-user' | 'tools-not-listed';
  why: string;
}

export type RenderResult =
  | { ok: true; how: 'raw' | 'chat' | 'react'; texts: Rendered[]; notes: RenderNote[] }
  | { ok: false; code: RejectCode; message: string };

export type RejectCode =
  | 'unreadable'
  | 'not-a-trajectory'
  | 'no-agent-content'
  | 'nothing-supervised'
  | 'not-placed'
  | 'template-refused'
  | 'too-long'
  | 'duplicate';
