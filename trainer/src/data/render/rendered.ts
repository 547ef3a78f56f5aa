import type { Reason } from '@deepcoder/trajectory';
import type { TokenKind } from '@deepcoder/vocabulary';

/** A part of a training text that has a kind, or is left out by name; the rest is context. */
export interface Segment {
  start: number;
  end: number;
  kind: TokenKind;
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
  /** Where the tokens of pictures stand; none before they are put there. */
  pictures?: PlacedTiles[];
}

/** A picture in a text: what stands for it, and its tiles. */
export interface PlacedTiles {
  start: number;
  end: number;
  picture: StoredPicture;
}

/** A picture that can be read again. */
export interface StoredPicture {
  /** Of its bytes, SHA-256 in hex. */
  hash: string;
  /** A file with these bytes. */
  file: string;
  /** Its features, one for each of its tokens. */
  rows: number;
}

/** What the reader of a data report should know of how a record is said. */
export interface RenderNote {
  code:
    | 'per-turn'
    | 'thoughts-kept'
    | 'calls-as-text'
    | 'results-as-user'
    | 'tools-not-listed'
    | 'pictures-left-out';
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
  | 'picture-unreadable'
  | 'too-long'
  | 'duplicate';
