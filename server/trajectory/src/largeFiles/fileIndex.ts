import type { BuildState } from '../assemble/builder.ts';
import type { FactSheet } from '../facts/factSheet.ts';
import type { Verdict } from '../parse.ts';
import type { ParseOptions } from '../types.ts';
import type { Entries, RowThen } from './entries.ts';
import type { WholeText } from './oneTrajectory.ts';
import type { RecordCut } from './part.ts';
import type { Joined } from './readPieces.ts';

/** Where the records of a file are, without the file. */
export interface FileIndex {
  verdict: Verdict;
  cut: RecordCut;
  entries: Entries;
  /** Bytes indexed. */
  bytes: number;
  complete: boolean;
  /** Records that were too long to be read, by number. */
  oversized: number[];
  carry: Carry;
  /** Own rules that texts are read by. */
  rules: Pick<ParseOptions, 'rules'>;
  /** Of a file that is not cut, once a record of it was wanted. */
  whole: WholeText | null;
}

/** What one part of a file hands to the next: the state, and rows with text whose kind is not settled. */
interface Carry {
  state: BuildState;
  pending: RowThen[];
  joined: Joined;
  /** What the log has said of the last record so far. */
  facts: FactSheet;
}
