import type { Problem, Range } from '@deepcoder/vocabulary';

/** What a squiggle says, and the fix that goes with it. */
export type EditorProblem = Problem<EditorPlace>;

/** Offsets of the document. */
interface EditorPlace extends Range {
  /** The value has no effect. */
  unused?: boolean;
  fixes?: Fix[];
  /** Where the trouble lies, when it is in another file. */
  elsewhere?: { file: string; line: number; column: number; message: string };
}

export interface Fix {
  title: string;
  edits: { start: number; end: number; text: string }[];
  preferred?: boolean;
  /** Says what was surely meant; "fix all" takes these. */
  sure?: boolean;
}
