import path from 'node:path';
import { makeFolder } from '../disk/makeFolder.ts';
import { openLog } from './log.ts';
import type { Run } from './openRun.ts';

export interface FollowOptions {
  folder: string;
  rank: number;
  threads: number;
  clock: () => Date;
}

/** A run as ranks other than the first work on it: they write a log of their own, and nothing else. */
export async function followRun({ folder, rank, threads, clock }: FollowOptions): Promise<Run> {
  const logs = path.join(folder, 'ranks', String(rank));
  await makeFolder(logs);
  const log = openLog(logs, clock);
  const stopping = new AbortController();
  return {
    folder,
    threads,
    others: [],
    file: () => {
      throw new RangeError('only rank 0 has run.json');
    },
    log: log.write,
    metrics: () => undefined,
    setBest: () => undefined,
    noteExecutor: () => undefined,
    betweenSteps: () => Promise.resolve('go'),
    requestStop: () => {
      stopping.abort();
    },
    requestPause: () => undefined,
    stopSignal: stopping.signal,
    sync: () => Promise.resolve(),
    end: () => {
      log.close();
      return Promise.resolve();
    },
  };
}
