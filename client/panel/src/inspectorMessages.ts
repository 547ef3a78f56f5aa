import type { Facts, RecordOrder, SpanKind } from '@deepcoder/vocabulary';

/** What the reader of trajectories has chosen; kept for all files. */
export interface InspectorChoices {
  /** Kinds that are left out. */
  hidden: SpanKind[];
  /** Kinds of which only the first line is shown. */
  folded: SpanKind[];
  raw: boolean;
  /** How much of the page the list takes, in per cent. */
  listShare: number;
}

/** How far the index of a file is. */
export interface InspectedFile {
  name: string;
  format: string;
  title: string;
  reason: string;
  size: number;
  bytes: number;
  records: number;
  complete: boolean;
  byKind: Partial<Record<SpanKind, number>>;
}

export interface InspectorRow {
  record: number;
  records: number;
  byte: number;
  id: string | null;
  byKind: Partial<Record<SpanKind, number>>;
  /** Null for a row of many. */
  facts: Facts | null;
}

export interface InspectorSpan {
  kind: SpanKind;
  step: number;
  text: string;
  length: number;
  pair: number;
  name: number;
}

/** A picture's base64 in a record's raw text, which may have backslashes in it. */
export interface EmbeddedPicture {
  span: number;
  from: number;
  length: number;
  type: string;
  alt: string | null;
}

export interface InspectorRecord {
  record: number;
  byte: number;
  length: number;
  truncated: boolean;
  facts: Facts | null;
  trajectories: { id: string | null; from: number; to: number; steps: number }[];
  spans: InspectorSpan[];
  problems: { code: string; message: string; span: number }[];
  images: { span: number; path: string; uri: string; alt: string | null }[];
  embedded: EmbeddedPicture[];
  /** Pictures that cannot be shown: such as are elsewhere, which are not fetched, and missing files. */
  unseen: { span: number; address: string; isRemote: boolean }[];
}

export interface InspectorMatch {
  record: number;
  span: number;
  kind: SpanKind;
  step: number;
  offset: number;
  length: number;
  excerpt: string;
  at: number;
}

export interface InspectorTokens {
  text: string[];
  kind: number[];
  weight: number[];
  /** Why each counts that. */
  why: string[];
  supervised: number[];
  truncated: number[];
  /** Nats; null without a run to ask, and for tokens that nothing foretells. */
  loss: (number | null)[] | null;
  /** The text of the token that the student finds likeliest in its place. */
  likeliest: (string | null)[] | null;
  /** Overlap of the student's and the teacher's probabilities, from 0 to 1. */
  teacherAgreement: (number | null)[] | null;
}

/** The record that others are compared with. */
export interface ComparedWith {
  name: string;
  record: number;
  /** It is in the file that the page shows; else `file` names its own. */
  isHere: boolean;
  file: string;
}

/** Steps of two records that stand side by side: their spans' numbers. */
export interface InspectorSteps {
  left: number[];
  right: number[];
  leftStep: number | null;
  rightStep: number | null;
  isSame: boolean;
}

export interface InspectorComparison {
  left: InspectorRecord;
  right: InspectorRecord;
  steps: InspectorSteps[];
}

/** Questions of the page, and what answers each. */
export interface InspectorQuestions {
  rows: {
    params: {
      from: number;
      count: number;
      order?: RecordOrder;
      descending?: boolean;
      filter?: string;
      /** Whose place in the list is asked for. */
      record?: number;
    };
    result: { total: number; rows: InspectorRow[]; place: number; problem: string };
  };
  /** Filters by what the records say. */
  filters: { params: Record<string, never>; result: { filters: string[] } };
  record: { params: { record: number }; result: InspectorRecord | null };
  text: {
    params: { record: number; span: number; raw: boolean; from: number; length: number };
    result: { text: string; total: number };
  };
  search: {
    params: { query: string; matchCase: boolean; kinds?: SpanKind[]; from: number; limit: number };
    result: { matches: InspectorMatch[]; next: number | null };
  };
  /** Records that are like a text, or like one of them. */
  similar: {
    params: { query?: string; record?: number };
    result: {
      matches: { record: number; alike: number; id: string | null; task: string | null }[];
      indexed: number;
      isComplete: boolean;
      isFull: boolean;
    };
  };
  /** A record beside the one that was selected for comparison. */
  compare: { params: { record: number }; result: InspectorComparison | null };
  tokens: {
    params: { traj: number; losses: boolean };
    result: { tokens: InspectorTokens | null; message: string };
  };
}

export type InspectorQuestion = keyof InspectorQuestions;

/** What the editor tells the page. */
export type ToInspector =
  | { type: 'file'; file: InspectedFile; choices: InspectorChoices; reveal: Reveal | null }
  | { type: 'progress'; file: InspectedFile }
  | { type: 'reveal'; reveal: Reveal }
  | { type: 'compared'; compared: ComparedWith | null }
  | { type: 'answer'; id: number; result: unknown }
  | { type: 'refusal'; id: number | null; message: string };

/** A place in the file: a byte of it. */
export interface Reveal {
  byte: number;
}

/** What the page tells the editor. */
export type FromInspector =
  | { type: 'ready' }
  | { type: 'ask'; id: number; question: InspectorQuestion; params: unknown }
  | { type: 'choices'; choices: InspectorChoices }
  | { type: 'openText'; record: number; span: number }
  | { type: 'selectForComparison'; record: number; name: string }
  | { type: 'copy'; text: string };
