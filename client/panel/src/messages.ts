import type { EncodedColumns, EncodedRecords } from '@deepcoder/vocabulary';
import type { Run } from './run.ts';

/** All of a run but its metrics. */
export type RunHead = Omit<Run, 'series'>;

/** What the editor tells the page of metrics. */
export type ToPanel =
  /** The runs that are shown, in order; of those that stay, what has changed. */
  | { type: 'runs'; runs: RunHead[] }
  /** All metrics of a run, or a selection of their points, in place of what was there. */
  | { type: 'history'; run: string; columns: EncodedColumns }
  /** More points of the metrics between two steps. */
  | { type: 'detail'; run: string; from: number; to: number; columns: EncodedColumns }
  /** More of them; to be answered by `ack` with the number, when it is drawn. */
  | { type: 'records'; sequence: number; runs: { run: string; news: EncodedRecords }[] };

/** What can be done with a run from its page, by the names of the editor's commands. */
export const RUN_COMMANDS = [
  'pause',
  'continue',
  'checkpoint',
  'stop',
  'resume',
  'openReport',
  'openLog',
  'merge',
  'deleteRun',
] as const;

export type RunCommand = (typeof RUN_COMMANDS)[number];

/** What the page tells the editor. */
export type FromPanel =
  | { type: 'ready' }
  | { type: 'ack'; sequence: number }
  /** The view has come so near that more points between these steps would be seen. */
  | { type: 'detail'; from: number; to: number }
  /** A file that the user wants to keep. */
  | { type: 'save'; name: string; base64: string }
  | { type: 'control'; run: string; command: RunCommand }
  | { type: 'compare' };
