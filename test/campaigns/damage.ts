import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readTrainerState } from '../../trainer/src/checkpoint/trainerState.ts';
import { checkpointFolder } from '../../trainer/src/run/checkpointFolders.ts';
import type { LoopState } from '../../trainer/src/training/loopState.ts';
import { deepcoderIn } from '../support/deepcoderProgram.ts';
import { numbersOf, runFolders } from '../support/workshop.ts';
import type { Count } from './campaign.ts';
import { damage, WAYS } from './damageWays.ts';
import { randomFrom } from './random.ts';
import { contentsOf, differences } from './runContents.ts';
import { openTrainings, type Trainings, type Undisturbed } from './trainingKinds.ts';

export const limitMs = 900_000;
export const shortTries = 12;

/** What is done with a damaged file: a run goes on, another is begun, its best checkpoint is merged. */
type Work = 'resume' | 'train' | 'merge';

/** A workshop in which a training of one kind was killed at its last checkpoint; each try takes a copy. */
interface Wreck {
  kind: string;
  trainings: Trainings;
  whole: Undisturbed;
  /** The weights of its best checkpoint, merged. */
  merged: Buffer;
}

interface Target {
  wreck: Wreck;
  /** Relative to the workshop. */
  file: string;
  work: Work;
}

const shared = Promise.all([
  openWreck('lora', /^(runs|base|teacher|tok|\.cache)\//),
  openWreck('aligned', /^(scores|other|bpe)\//),
]).then((all) => ({ targets: all.flatMap(({ targets }) => targets), wrecks: all }));

export const end = async (): Promise<void> => {
  for (const { wreck } of (await shared).wrecks) wreck.trainings.remove();
};

/** One file is damaged in one way; what reads it heals it, or tells, and never goes on with other numbers. */
export async function attempt(seed: number, count: Count): Promise<string | null> {
  const { targets } = await shared;
  const target = targets[seed % targets.length]!;
  const way = WAYS[Math.floor(seed / targets.length) % WAYS.length]!;
  if (seed === 0) count('files', targets.length);
  const folder = mkdtempSync(path.join(tmpdir(), 'dc-'));
  try {
    cpSync(target.wreck.trainings.folder, folder, { recursive: true });
    damage(path.join(folder, target.file), way, randomFrom(seed));
    const fault = await faultOf(target, { folder, count });
    return fault && `${target.file}, ${way}, then ${target.work} of ${target.wreck.kind}: ${fault}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openWreck(
  kind: string,
  wanted: RegExp,
): Promise<{ wreck: Wreck; targets: Target[] }> {
  const trainings = await openTrainings();
  const whole = await trainings.undisturbed(kind);
  rmSync(runFolders(trainings.folder, `first-${kind}`)[0]!, { recursive: true });
  await killAtLastCheckpoint(whole.run);
  const { code, stderr } = await trainings.deepcoder.run('merge', whole.run, '--out', 'merged');
  if (code !== 0) throw new Error(stderr);
  const merged = mergedIn(trainings.folder);
  rmSync(path.join(trainings.folder, 'merged'), { recursive: true });
  const wreck = { kind, trainings, whole, merged };
  const files = readdirSync(trainings.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(trainings.folder, path.join(entry.parentPath, entry.name)))
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => wanted.test(file))
    .sort();
  return { wreck, targets: files.map((file) => ({ wreck, file, work: workOn(file) })) };
}

/** As a kill leaves a run that comes before its last checkpoint. */
async function killAtLastCheckpoint(run: string): Promise<void> {
  const checkpoints = path.join(run, 'checkpoints');
  const [last, newest] = readdirSync(checkpoints).sort().reverse() as [string, string];
  rmSync(path.join(checkpoints, last), { recursive: true });
  const { json } = await readTrainerState(path.join(checkpoints, newest));
  const best = path.basename(checkpointFolder(run, (json as unknown as LoopState).best!.step));
  rmSync(path.join(run, 'best'), { recursive: true });
  cpSync(path.join(checkpoints, best), path.join(run, 'best'), { recursive: true });
  const file = path.join(run, 'run.json');
  const killed = { ...(JSON.parse(readFileSync(file, 'utf8')) as object), state: 'running' };
  writeFileSync(file, JSON.stringify(killed));
}

function workOn(file: string): Work {
  if (file.includes('/best/')) return 'merge';
  return /^(\.cache|scores)\//.test(file) ? 'train' : 'resume';
}

async function faultOf(
  { wreck, work, file }: Target,
  { folder, count }: { folder: string; count: Count },
): Promise<string | null> {
  const run = path.join(folder, path.relative(wreck.trainings.folder, wreck.whole.run));
  const args = {
    resume: ['resume', run],
    train: ['train', `${wreck.kind}.yaml`, '--set', 'run.name=made'],
    merge: ['merge', run, '--out', 'merged'],
  }[work];
  const started = deepcoderIn(folder).start(...args);
  const timer = setTimeout(() => started.child.kill('SIGKILL'), MOST_MS);
  const { code, stdout, stderr } = await started.ended;
  clearTimeout(timer);
  const said = stdout + stderr;
  if (code === null) return `did not end within ${String(MOST_MS / 1000)} s`;
  if (code !== 2 && code !== 3 && code !== 0) return `ended with ${String(code)}: ${said}`;
  if (code !== 0) {
    count('refused');
    return stderr.trim() === '' ? 'was refused without a word' : null;
  }
  const others = work === 'merge' ? mergeFaults(folder, wreck) : runFaults(folder, run, wreck);
  // An older checkpoint is left as it is.
  const itself = path.relative(run, path.join(folder, file)).replaceAll('\\', '/');
  if (others.every((other) => other === itself && other.startsWith('checkpoints/')))
    count('made the same');
  else if (TOLD.test(said)) count('told');
  else return `went on silently with others: ${others.join(', ')}`;
  return null;
}

const MOST_MS = 300_000;

/** Words of warnings that a file is not what it was. */
const TOLD = /damaged|cannot be read|is gone|missing|not whole|lost|dropped|no longer|changed/i;

function mergeFaults(folder: string, { merged }: Wreck): string[] {
  return mergedIn(folder).equals(merged) ? [] : ['model.safetensors'];
}

const mergedIn = (folder: string): Buffer =>
  readFileSync(path.join(folder, 'merged/model.safetensors'));

function runFaults(folder: string, resumed: string, { whole }: Wreck): string[] {
  const run = runFolders(folder, 'made').at(-1) ?? resumed;
  const faults = differences(whole.contents, contentsOf(run));
  if (!isDeepStrictEqual(numbersOf(run), whole.numbers)) faults.push('metrics.jsonl');
  return faults;
}
