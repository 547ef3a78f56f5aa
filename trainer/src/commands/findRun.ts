import path from 'node:path';
import { type Config, DeepCoderError, nearest } from '@deepcoder/config';
import { listRuns, type RunSummary } from '@deepcoder/trainer-protocol/node';
import { isThere } from '../disk/isThere.ts';

export interface FindRunOptions {
  cwd: string;
  /** Where runs lie, relative to `cwd`. */
  dir: string;
}

/**
 * The folder of a run. `name` is a folder, the name of a folder in `dir`, a run's own name (the newest
 * of that name is meant), or `latest`.
 */
export async function findRun(name: string, { cwd, dir }: FindRunOptions): Promise<string> {
  const direct = [path.resolve(cwd, name), path.resolve(cwd, dir, name)];
  for (const folder of direct) if (await isThere(path.join(folder, 'run.json'))) return folder;
  const found = await listRuns(path.resolve(cwd, dir));
  const runs = found.filter((entry): entry is RunSummary => 'run' in entry);
  const chosen = name === 'latest' ? runs : runs.filter(({ run }) => run.name === name);
  const newest = chosen.at(-1);
  if (newest !== undefined) return newest.folder;
  throw unknownRun(name, dir, runs);
}

function unknownRun(name: string, dir: string, runs: readonly RunSummary[]): DeepCoderError {
  const names = runs.flatMap(({ run }) => [run.name, run.id]);
  const near = nearest(name, names);
  const known =
    runs.length === 0
      ? `there is no run in ${dir}; start one with deepcoder train, or name its folder`
      : near === undefined
        ? 'name its folder, a name that deepcoder runs lists, or latest'
        : `did you mean ${near}?`;
  return new DeepCoderError('run/unknown', `run ${name}: not found; ${known}`, { exitCode: 3 });
}

/**
 * The folder that a run was started in, from which the paths of its config count: the run lies in
 * `run.dir`, which counts from there too. Null where that cannot be told, since the run was moved.
 */
export function startFolder(runFolder: string, { run: { dir } }: Config): string | null {
  if (path.isAbsolute(dir)) return null;
  const parent = path.dirname(path.resolve(runFolder));
  const parts = path.normalize(dir).split(path.sep);
  if (parts.includes('..')) return null;
  const up = parts.filter((part) => part !== '' && part !== '.').map(() => '..');
  const folder = path.resolve(parent, ...up);
  return path.resolve(folder, dir) === parent ? folder : null;
}
