import type { Job } from './job.ts';

/** How a part of a job stands. */
export interface PartState {
  part: number;
  state: 'queued' | 'requeued' | 'running' | 'finished' | 'stopped' | 'failed' | 'unknown';
  /** Why it waits, or how it failed; empty where there is nothing to say. */
  reason: string;
  /** Folder of its run here; null before there is one. */
  run: string | null;
}

/** Whether nothing will come of it any more. */
export function isOver({ state }: Pick<PartState, 'state'>): boolean {
  return !['queued', 'requeued', 'running'].includes(state);
}

/** A place that takes jobs. */
export interface JobTarget {
  /** What would be given to it, as it would be given. */
  text: () => string;
  /** Gives it, and says what the place calls it. */
  submit: (say: (text: string) => void) => Promise<string>;
}

/** A job that was given to such a place. */
export interface SubmittedJob {
  states: () => Promise<PartState[]>;
  /** What a part has printed from a byte on. */
  readLog: (part: number, from: number) => Promise<Buffer>;
  /** Asks it to end with a checkpoint; `now`: without one. Does not wait for the end. */
  stop: (options: { now: boolean }) => Promise<void>;
  /** Brings what its runs have written so far to this machine, where that does not come by itself. */
  fetch: () => Promise<void>;
}

/** What a job is made of before it has a place. */
export type NewJob = Pick<Job, 'id' | 'folder' | 'cwd'> & {
  /** Of the run's folder, `run.dir`. */
  dir: string;
};
