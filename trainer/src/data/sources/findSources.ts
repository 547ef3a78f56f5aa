import { DeepCoderError, nearest } from '@deepcoder/config';
import { FORMATS, type LabelRules } from '@deepcoder/trajectory';
import { stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { escapePath, glob, isDynamicPattern } from 'tinyglobby';
import type { DataSettings } from '../types.ts';
import { labelRules } from './labelRules.ts';

/** A file to read. */
export interface FileSource {
  path: string;
  /** How messages and samples name it: relative to the working folder, with forward slashes. */
  source: string;
  format: string | null;
  rules: LabelRules | null;
}

/** A built-in environment to ask for trajectories. */
export interface EnvironmentAddress {
  /** The address as written in the config. */
  source: string;
  name: string;
  parameters: URLSearchParams;
}

export interface Sources {
  files: FileSource[];
  environments: EnvironmentAddress[];
}

const ENVIRONMENT = 'env:';
/** Files beside trajectories that are none. */
const IGNORED = ['**/*.spans.json', '**/node_modules/**', '**/.*', '**/.*/**'];

/** The files behind `data.train` or `data.eval`, in a fixed order, each once. */
export async function findSources(
  patterns: readonly string[],
  settings: Pick<DataSettings, 'format' | 'rules'>,
  cwd: string,
): Promise<Sources> {
  const isEnvironment = (pattern: string): boolean => pattern.startsWith(ENVIRONMENT);
  const addresses = patterns.filter(isEnvironment).map(environmentAddress);
  const missing: string[] = [];
  const paths = new Set<string>();
  for (const pattern of patterns.filter((pattern) => !isEnvironment(pattern))) {
    const found = await expand(pattern, cwd);
    if (found.length === 0) missing.push(pattern);
    for (const path of found.sort()) paths.add(path);
  }
  if (missing.length > 0) throw nothingFound(missing, cwd);
  const formatOf = await formatChooser(settings, cwd);
  const files = [...paths].map((path) => ({
    path,
    source: shortName(path, cwd),
    ...formatOf(path),
  }));
  return { files, environments: addresses };
}

async function expand(pattern: string, cwd: string): Promise<string[]> {
  const path = resolve(cwd, pattern);
  const kind = await stat(path).catch(() => null);
  if (kind?.isFile() === true) return [path];
  const options = { cwd, absolute: true, onlyFiles: true, ignore: IGNORED };
  if (kind?.isDirectory() === true) {
    return glob('**/*', { ...options, cwd: path });
  }
  return isDynamicPattern(pattern) ? glob(pattern.split(sep).join('/'), options) : [];
}

function nothingFound(missing: readonly string[], cwd: string): DeepCoderError {
  return new DeepCoderError(
    'data-missing',
    missing
      .map((pattern) =>
        isDynamicPattern(pattern)
          ? `data: no file matches ${pattern} in ${cwd}`
          : `data: ${isAbsolute(pattern) ? pattern : resolve(cwd, pattern)} does not exist or is empty`,
      )
      .join('\n') + '\nPaths in the config start from the working folder',
    { exitCode: 3 },
  );
}

function environmentAddress(source: string): EnvironmentAddress {
  const [name = '', query = ''] = source.slice(ENVIRONMENT.length).split('?', 2);
  return { source, name, parameters: new URLSearchParams(query) };
}

function shortName(path: string, cwd: string): string {
  const inside = relative(cwd, path);
  return (inside.startsWith('..') ? path : inside).split(sep).join('/');
}

type Chosen = Pick<FileSource, 'format' | 'rules'>;

/** A name from `data.rules` stands for its rules; a map goes from glob to name, the first match wins. */
export async function formatChooser(
  { format, rules }: Pick<DataSettings, 'format' | 'rules'>,
  cwd: string,
): Promise<(path: string) => Chosen> {
  const choose = (name: string): Chosen => {
    if (name === 'auto') return { format: null, rules: null };
    const own = rules[name];
    if (own !== undefined) return { format: 'label_rules', rules: labelRules(own) };
    if (!FORMATS.some(({ id }) => id === name)) throw unknownFormat(name, Object.keys(rules));
    return { format: name, rules: null };
  };
  if (typeof format === 'string') {
    const chosen = choose(format);
    return () => chosen;
  }
  for (const name of Object.values(format)) choose(name);
  const named = new Map<string, string>();
  for (const [pattern, name] of Object.entries(format)) {
    const relativePattern = isDynamicPattern(pattern) ? pattern : escapePath(pattern);
    const found = await glob(relativePattern, { cwd, absolute: true, onlyFiles: true });
    for (const path of found) if (!named.has(resolve(path))) named.set(resolve(path), name);
  }
  return (path) => choose(named.get(resolve(path)) ?? 'auto');
}

function unknownFormat(name: string, rules: readonly string[]): DeepCoderError {
  const known = ['auto', ...rules, ...FORMATS.map(({ id }) => id)];
  const near = nearest(name, known);
  const hint = near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`;
  return new DeepCoderError(
    'format-unknown',
    `data.format: ${JSON.stringify(name)} is no format; ${hint}`,
    { exitCode: 2 },
  );
}
