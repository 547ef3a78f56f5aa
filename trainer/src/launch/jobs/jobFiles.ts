import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { atomicWrite } from '../../disk/atomicWrite.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a job's script and the training inside of it leave in the job's folder, by the number of the part:
 * `run-0` has the run's folder, `end-0` how it ended, `starts-0` a line for each start. The folder is named to the
 * training by `DEEPCODER_JOB`, the part by `DEEPCODER_JOB_PART`.
 */
export interface PartFiles {
  run: string | null;
  end: string | null;
  starts: number;
}

/** How a training inside of a job has ended. `interrupted`: it was told to, by a signal, and has a checkpoint. */
export type PartEnd = 'finished' | 'stopped' | 'interrupted';

export async function readPart(folder: string, part: number): Promise<PartFiles> {
  const [run, end, starts] = await Promise.all(
    ['run', 'end', 'starts'].map((name) =>
      readFile(path.join(folder, `${name}-${part}`), 'utf8').catch(() => null),
    ),
  );
  return {
    run: run?.replace(/\n$/, '') ?? null,
    end: end?.trim() ?? null,
    starts: (starts ?? '').split('\n').length - 1,
  };
}

/** Whether this process works for a job: then signals of batch systems reach it. */
export function isInJob(env: Environment): boolean {
  return (env['DEEPCODER_JOB'] ?? '') !== '';
}

/** Says which run a job has become. */
export function noteRun(env: Environment, run: string): Promise<void> {
  return note(env, 'run', `${run}\n`);
}

export function noteEnd(env: Environment, end: PartEnd): Promise<void> {
  return note(env, 'end', `${end}\n`);
}

async function note(env: Environment, name: 'run' | 'end', text: string): Promise<void> {
  const { DEEPCODER_JOB: folder, DEEPCODER_JOB_PART: part = '0' } = env;
  if (folder === undefined || folder === '') return;
  await atomicWrite(path.resolve(folder, `${name}-${part}`), text);
}

/** From now on the job's script does not queue it again. */
export async function noteStopping(folder: string): Promise<void> {
  await writeFile(path.join(folder, STOPPING), '');
}

export const STOPPING = 'stopping';
