import { rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Started } from '../support/deepcoderProgram.ts';
import { numbersOf, runFolders } from '../support/workshop.ts';
import type { Count } from './campaign.ts';
import { randomFrom, type Random } from './random.ts';
import { contentsOf, differences, leftovers } from './runContents.ts';
import {
  openTrainings,
  TRAINING_KINDS,
  type Trainings,
  type Undisturbed,
} from './trainingKinds.ts';

export const limitMs = 3_600_000;
export const shortTries = 8;

const shared = openTrainings();

export const end = async (): Promise<void> => {
  (await shared).remove();
};

/** A training of one kind is killed once to three times, each time at a random moment, and goes on to its end. */
export async function attempt(seed: number, count: Count): Promise<string | null> {
  const kinds = Object.keys(TRAINING_KINDS);
  const kind = kinds[seed % kinds.length]!;
  const trainings = await shared;
  const chain = { kind, name: `killed-${String(seed)}`, whole: await trainings.undisturbed(kind) };
  const fault =
    (await killed(trainings, chain, { random: randomFrom(seed), count })) ??
    compared(trainings, chain);
  if (fault !== null) return `${kind}: ${fault}`;
  for (const run of runFolders(trainings.folder, chain.name)) rmSync(run, { recursive: true });
  return null;
}

interface Chain {
  kind: string;
  name: string;
  whole: Undisturbed;
}

/** Null: it came to its end. */
async function killed(
  { folder, deepcoder }: Trainings,
  { kind, name, whole }: Chain,
  { random, count }: { random: Random; count: Count },
): Promise<string | null> {
  const train = ['train', `${kind}.yaml`, '--set', `run.name=${name}`];
  let args = train;
  for (let kills = 1 + random.below(3); ; kills -= 1) {
    const started = deepcoder.start(...args);
    const run = (): string | undefined => runOf(folder, name);
    const moment = kills > 0 ? momentOf({ whole, random, run, started }) : sleep(MOST_MS);
    void moment.then(() => started.child.kill('SIGKILL'));
    const { code, stderr } = await started.ended;
    if (code === 0) return null;
    if (code === null && kills <= 0) return `did not end within ${String(MOST_MS / 1000)} s`;
    if (code === null) count('kills');
    else if (!NOTHING_YET.test(stderr)) return `ended with ${String(code)}: ${stderr}`;
    const begun = run();
    if (code === null && begun !== undefined) args = ['resume', begun];
    else {
      // Nothing was lost that had been finished.
      count('begun again');
      args = train;
    }
  }
}

const MOST_MS = 600_000;

/** It was killed before its first checkpoint, or even before it was a run. */
const NOTHING_YET = /: no checkpoint to go on from|run .*: not found/;

interface Moment {
  whole: Undisturbed;
  random: Random;
  run: () => string | undefined;
  started: Started;
}

/** Most kills come at a random step, since most of a short training is its start; some at a random time. */
async function momentOf({ whole, random, run, started }: Moment): Promise<void> {
  if (random.below(5) === 0) {
    await sleep(random.below(whole.ms));
    return;
  }
  const all = metricsBytes(whole.run);
  const wanted = random.below(1.1 * all);
  const later = random.below(wanted < all ? 100 : 0.3 * whole.ms);
  const before = metricsBytes(run());
  while (started.child.exitCode === null) {
    const now = metricsBytes(run());
    if (now >= Math.min(wanted, all) && now !== before) break;
    await sleep(5);
  }
  await sleep(later);
}

function metricsBytes(run: string | undefined): number {
  if (run === undefined) return 0;
  return statSync(path.join(run, 'metrics.jsonl'), { throwIfNoEntry: false })?.size ?? 0;
}

const runOf = (folder: string, name: string): string | undefined => runFolders(folder, name).at(-1);

function compared({ folder }: Trainings, { name, whole }: Chain): string | null {
  const run = runFolders(folder, name).at(-1)!;
  const faults = [...differences(whole.contents, contentsOf(run)), ...leftovers(run)];
  if (!isDeepStrictEqual(numbersOf(run), whole.numbers)) faults.push('metrics.jsonl');
  return faults.length === 0 ? null : `other than undisturbed (${run}): ${faults.join(', ')}`;
}
