import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { nearest, type ConfigYaml } from '@deepcoder/config';
import { isGguf, isHubAddress } from '@deepcoder/trainer-protocol';
import { type Env, findModel, missingFiles } from '@deepcoder/trainer-protocol/node';
import { ENVIRONMENT_PREFIX } from '@deepcoder/trajectory';
import { listDataFiles } from '@deepcoder/trajectory/node';
import type { Problem } from '@deepcoder/vocabulary';

/** Something that a config names and that is not as it should be on the disk. */
export type DiskProblem = Problem<{
  /** Where in the config, as `['data', 'train', '0']`. */
  path: string[];
}>;

interface Place {
  /** Folder that the config's paths start from. */
  cwd: string;
  /** The folder that holds `trainer/`, for what comes with the program; null: not known. */
  programRoot: string | null;
  /** Says where the Hub's cache is. */
  env: Env;
}

/** Looks whether all that a config names is there; what is inside of it is the trainer's to judge. */
export async function diskChecks(config: ConfigYaml, place: Place): Promise<DiskProblem[]> {
  const { data, student, teacher, tokenizer } = config;
  const sources = [
    ...data.train.map((pattern, index) => ({ pattern, path: ['data', 'train', String(index)] })),
    ...(Array.isArray(data.eval) ? data.eval : []).map((pattern, index) => ({
      pattern,
      path: ['data', 'eval', String(index)],
    })),
  ];
  const needsTokenizer = tokenizer === null && student.model !== null;
  const problems = await Promise.all([
    ...sources.map((source) => checkSource(source, place.cwd)),
    checkModel(student.model, { path: ['student', 'model'], needsTokenizer }, place),
    teacher.type !== 'checkpoint'
      ? []
      : checkModel(teacher.model, { path: ['teacher', 'model'], needsTokenizer: true }, place),
    checkTokenizer(tokenizer, ['tokenizer'], place),
    checkTokenizer(teacher.tokenizer, ['teacher', 'tokenizer'], place),
  ]);
  return problems.flat();
}

const ENVIRONMENTS = ['household'];

async function checkSource(
  { pattern, path: at }: { pattern: string; path: string[] },
  cwd: string,
): Promise<DiskProblem[]> {
  if (pattern.startsWith(ENVIRONMENT_PREFIX)) return checkEnvironment(pattern, at);
  // Of the Hub's data sets the trainer says what is wrong.
  if (isHubAddress(pattern)) return [];
  const { is, files } = await listDataFiles(pattern, cwd);
  if (files.length > 0) return [];
  const place = path.resolve(cwd, pattern);
  const message =
    is === 'folder'
      ? `${place} has no file in it`
      : is === 'glob'
        ? `no file matches ${pattern} in ${cwd}`
        : `${place} does not exist${await nearName(place)}`;
  return [{ path: at, code: 'disk/data', message, severity: 'error' }];
}

function checkEnvironment(pattern: string, at: string[]): DiskProblem[] {
  const [name = ''] = pattern.slice(ENVIRONMENT_PREFIX.length).split('?');
  if (ENVIRONMENTS.includes(name)) return [];
  const message = `there is no environment "${name}"; there is ${ENVIRONMENTS.join(', ')}`;
  return [{ path: at, code: 'disk/environment', message, severity: 'error' }];
}

async function checkModel(
  model: string | null,
  { path: at, needsTokenizer }: { path: string[]; needsTokenizer: boolean },
  { cwd, programRoot, env }: Place,
): Promise<DiskProblem[]> {
  if (model === null) return [];
  const found = await findModel(model, { cwd, env, need: 'model' });
  if (found.from === 'hub') return found.path === null ? [notFetched(model, at)] : [];
  if (found.exists && isGguf(model)) return [];
  const own = path.resolve(cwd, model);
  const inProgram = programRoot === null ? null : path.join(programRoot, model);
  const inPlace = await isFolder(own);
  const folder = inPlace || inProgram === null ? own : inProgram;
  if (!inPlace && !(inProgram !== null && (await isFolder(inProgram)))) {
    const message = `the checkpoint folder ${own} does not exist${await nearName(own)}`;
    return [{ path: at, code: 'disk/checkpoint', message, severity: 'error' }];
  }
  const names = await readdir(folder);
  const missing = [
    ...(await missingFiles(folder, 'model')),
    ...(needsTokenizer && !names.includes('tokenizer.json') ? ['tokenizer.json'] : []),
  ];
  if (missing.length === 0) return [];
  const message = `the checkpoint ${folder} is incomplete: ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} missing`;
  return [{ path: at, code: 'disk/checkpoint', message, severity: 'error' }];
}

function notFetched(model: string, at: string[]): DiskProblem {
  const message = `${model} is not on this machine yet; a run fetches it from the Hub`;
  return { path: at, code: 'disk/not-fetched', message, severity: 'warning' };
}

async function checkTokenizer(
  tokenizer: string | null,
  at: string[],
  { cwd, env }: Place,
): Promise<DiskProblem[]> {
  if (tokenizer === null) return [];
  const found = await findModel(tokenizer, { cwd, env, need: 'tokenizer' });
  if (found.from === 'hub') {
    return found.path === null ? [notFetched(tokenizer, at)] : [];
  }
  const place = path.resolve(cwd, tokenizer);
  const kind = await stat(place).catch(() => null);
  if (kind?.isFile() === true) return [];
  if (kind?.isDirectory() === true && (await readdir(place)).includes('tokenizer.json')) return [];
  const message =
    kind === null
      ? `${place} does not exist${await nearName(place)}`
      : `${place} has no tokenizer.json in it`;
  return [{ path: at, code: 'disk/tokenizer', message, severity: 'error' }];
}

async function isFolder(place: string): Promise<boolean> {
  return (await stat(place).catch(() => null))?.isDirectory() === true;
}

/** A name beside a missing one that may have been meant: spelt nearly so, or longer or shorter at its end. */
async function nearName(place: string): Promise<string> {
  const wanted = path.basename(place);
  const names = await readdir(path.dirname(place)).catch((): string[] => []);
  const goesOn = (a: string, b: string): boolean =>
    a.length >= 4 && b.toLowerCase().startsWith(a.toLowerCase());
  const near =
    nearest(wanted, names) ?? names.find((name) => goesOn(wanted, name) || goesOn(name, wanted));
  return near === undefined ? '' : `; there is ${near} beside it`;
}
