import { DeepCoderError, nearest } from '@deepcoder/config';
import {
  AUTO_FORMAT,
  ENVIRONMENT_PREFIX,
  formatName,
  FORMATS,
  namedFormat,
} from '@deepcoder/trajectory';
import { listDataFiles, type DataFiles } from '@deepcoder/trajectory/node';
import { isHubAddress } from '@deepcoder/trainer-protocol';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { LabelRules } from '@deepcoder/vocabulary';
import { datasetFiles } from '../../hub/datasetFiles.ts';
import type { DataSettings } from '../types.ts';
import { checkRules } from './checkRules.ts';

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

/** The files behind `data.train` or `data.eval`, in a fixed order, each once. */
export async function findSources(
  patterns: readonly string[],
  settings: Pick<DataSettings, 'format' | 'rules'>,
  cwd: string,
): Promise<Sources> {
  const isEnvironment = (pattern: string): boolean => pattern.startsWith(ENVIRONMENT_PREFIX);
  const addresses = patterns.filter(isEnvironment).map(environmentAddress);
  const missing: Missing[] = [];
  const sources = new Map<string, string>();
  for (const pattern of patterns.filter((pattern) => !isEnvironment(pattern))) {
    if (isHubAddress(pattern)) {
      for (const one of await datasetFiles(pattern, process.env)) sources.set(one.path, one.source);
      continue;
    }
    const { is, files } = await listDataFiles(pattern, cwd);
    if (files.length === 0) missing.push({ pattern, is });
    for (const path of files) sources.set(path, shortName(path, cwd));
  }
  if (missing.length > 0) throw nothingFound(missing, cwd);
  const formatOf = formatChooser(settings, cwd);
  const files = [...sources].map(([path, source]) => ({ path, source, ...formatOf(path) }));
  return { files, environments: addresses };
}

interface Missing extends Pick<DataFiles, 'is'> {
  pattern: string;
}

function nothingFound(missing: readonly Missing[], cwd: string): DeepCoderError {
  return new DeepCoderError(
    'data-missing',
    missing
      .map(({ pattern, is }) =>
        is === 'glob'
          ? `data: no file matches ${pattern} in ${cwd}`
          : `data: ${isAbsolute(pattern) ? pattern : resolve(cwd, pattern)} does not exist or is empty`,
      )
      .join('\n') + '\nPaths in the config start from the working folder',
    { exitCode: 3 },
  );
}

function environmentAddress(source: string): EnvironmentAddress {
  const [name = '', query = ''] = source.slice(ENVIRONMENT_PREFIX.length).split('?', 2);
  return { source, name, parameters: new URLSearchParams(query) };
}

function shortName(path: string, cwd: string): string {
  const inside = relative(cwd, path);
  return (inside.startsWith('..') ? path : inside).split(sep).join('/');
}

type Chosen = Pick<FileSource, 'format' | 'rules'>;

/** What files are read as. Throws `format-unknown` and `bad-rule`, also where no file is read so. */
export function formatChooser(
  { format, rules }: Pick<DataSettings, 'format' | 'rules'>,
  cwd: string,
): (path: string) => Chosen {
  const choose = (name: string): Chosen => {
    const found = namedFormat(name, rules);
    if (found === null) throw unknownFormat(name, Object.keys(rules));
    if (found.rules !== undefined) checkRules(found.rules);
    return { format: found.format ?? null, rules: found.rules ?? null };
  };
  const names = typeof format === 'string' ? [format] : [AUTO_FORMAT, ...Object.values(format)];
  const chosen = new Map(names.map((name) => [name, choose(name)]));
  return (file) => {
    const name = formatName(format, { file: resolve(cwd, file), cwd });
    return chosen.get(name) ?? choose(name);
  };
}

function unknownFormat(name: string, rules: readonly string[]): DeepCoderError {
  const known = [AUTO_FORMAT, ...rules, ...FORMATS.map(({ id }) => id)];
  const near = nearest(name, known);
  const hint = near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`;
  return new DeepCoderError(
    'format-unknown',
    `data.format: ${JSON.stringify(name)} is no format; ${hint}`,
    { exitCode: 2 },
  );
}
