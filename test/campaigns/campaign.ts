import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

/** What a campaign's own module exports. */
export interface CampaignModule {
  /** How long one try may take. */
  limitMs: number;
  /** Null: it passed. Else what went wrong. */
  attempt: (seed: number) => Promise<string | null> | string | null;
}

/** Places of bundled modules, and the folder in which the next seed is kept. */
export interface Attack {
  name: string;
  module: string;
  worker: string;
  cache: string;
}

/** Makes one try after the other until the time is up; whether all of them passed. */
export async function campaign(attack: Attack, args: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string', default: '1' },
      tries: { type: 'string' },
      from: { type: 'string' },
      fresh: { type: 'boolean', default: false },
    },
  });
  const { limitMs } = (await import(attack.module)) as CampaignModule;
  const until = performance.now() + Number(values.minutes) * 60_000;
  const goesOn = (tried: number): boolean =>
    values.tries === undefined ? performance.now() < until : tried < Number(values.tries);
  const stateFile = path.join(attack.cache, `${attack.name}.json`);
  let seed = values.from === undefined ? nextSeed(stateFile, values.fresh) : Number(values.from);
  const failed: number[] = [];
  let tried = 0;
  let runner: Worker | null = null;
  for (; goesOn(tried); tried += 1, seed += 1) {
    runner ??= new Worker(new URL(attack.worker), { workerData: { module: attack.module } });
    const failure = await tryOnce(runner, seed, limitMs);
    if (failure !== null) {
      failed.push(seed);
      console.log(`seed ${String(seed)}: ${failure.text}`);
      if (failure.isLost) {
        await runner.terminate();
        runner = null;
      }
    }
    if (values.from === undefined) writeFileSync(stateFile, JSON.stringify({ next: seed + 1 }));
  }
  await runner?.terminate();
  const counts = [`${String(tried)} tried`, `${String(tried - failed.length)} passed`];
  console.log(`${attack.name}: ${counts.join(', ')}, ${String(failed.length)} failed`);
  if (failed.length > 0) console.log(`failed seeds: ${failed.join(' ')}`);
  return failed.length === 0;
}

function nextSeed(stateFile: string, fresh: boolean): number {
  if (fresh) return 0;
  try {
    return (JSON.parse(readFileSync(stateFile, 'utf8')) as { next: number }).next;
  } catch {
    return 0;
  }
}

interface Failure {
  text: string;
  /** The thread hangs, or has ended. */
  isLost: boolean;
}

function tryOnce(runner: Worker, seed: number, limitMs: number): Promise<Failure | null> {
  return new Promise((resolve) => {
    const end = (failure: Failure | null): void => {
      clearTimeout(timer);
      runner.off('message', onMessage).off('error', onError);
      resolve(failure);
    };
    const onMessage = (text: string | null): void => {
      end(text === null ? null : { text, isLost: false });
    };
    const onError = (error: Error): void => {
      end({ text: error.stack ?? error.message, isLost: true });
    };
    const onLimit = (): void => {
      end({ text: `did not end within ${String(limitMs / 1000)} s`, isLost: true });
    };
    const timer = setTimeout(onLimit, limitMs);
    runner.on('message', onMessage).on('error', onError);
    runner.postMessage(seed);
  });
}
