import { camelCaseConfig, type Config } from './camelCase.ts';
import { problemAt, type ConfigProblem } from './configProblem.ts';
import type { Env } from './envReferences.ts';
import { nearest } from './explainIssue.ts';
import { applyOverrides } from './overrides.ts';
import { readLayers, type ReadText } from './readLayers.ts';
import type { ConfigYaml } from './schema/configSchema.ts';
import { mergeTrees, omitKeys, pathText, treeAt, type MapTree, type Origin } from './tree.ts';
import { validate } from './validate.ts';

export interface LoadOptions {
  /** A config file, or the name of a preset. */
  path: string;
  readText: ReadText;
  env: Env;
  /** `key.path=value`, over everything else, in order. */
  set?: readonly string[];
  /** The entry of `environments` to apply; default: the variable DEEPCODER_ENV, else none. */
  environment?: string | undefined;
}

export interface LoadedConfig {
  /** Null when there is an error among the problems. */
  config: Config | null;
  /** The same in the spelling of the file; what the run folder keeps. */
  yaml: ConfigYaml | null;
  /** The same where there are errors, with defaults in place of what is wrong; null where that is none. */
  sound: ConfigYaml | null;
  /** By path (`train.learning_rate`, `data.train.0`): where each value stands. */
  origins: Record<string, Origin>;
  problems: ConfigProblem[];
  /** What the layers say together, also where there are errors; null where one could not be read. */
  tree: MapTree | null;
}

/**
 * Reads a config: defaults, under what `extends` names, under the file, under the chosen environment,
 * under the settings. Bad input is returned, never thrown, and all of it at once.
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const { path, readText, env, set = [] } = options;
  const layers = await readLayers(path, { readText, env });
  const { base, environments, problems: misplaced } = splitEnvironments(layers.tree);
  const chosen = chooseEnvironment(environments, options);
  const merged = chosen.tree === null ? base : (mergeTrees(base, chosen.tree) as MapTree);
  const final = applyOverrides(merged, set, env);
  const early = [...layers.problems, ...misplaced, ...chosen.problems, ...final.problems];
  const unread = layers.problems.some(({ code }) => UNREAD.has(code));
  // Without one of its texts every other complaint about the config would be a guess.
  const nothing = { config: null, yaml: null, sound: null, origins: {}, tree: null };
  if (unread) return { ...nothing, problems: early };
  const checked = validate(final.tree);
  const known = new Set(checked.problems.map(({ message }) => message));
  const elsewhere = environments
    .filter(({ name }) => name !== chosen.name)
    .flatMap(({ name, tree }) =>
      environmentProblems({ name, tree }, base).filter(({ message }) => !known.has(message)),
    )
    .map(({ name, ...problem }) => ({
      ...problem,
      message: `environments.${name}: ${problem.message}`,
    }));
  const problems = inFileOrder([...early, ...checked.problems, ...elsewhere]);
  const yaml = problems.some(({ severity }) => severity === 'error') ? null : checked.value;
  return {
    config: yaml === null ? null : camelCaseConfig(yaml),
    yaml,
    sound: checked.sound,
    origins: yaml === null ? {} : originsOf(yaml, final.tree),
    problems,
    tree: final.tree,
  };
}

/** As one reads: file by file in the order of their first problem, top to bottom. */
function inFileOrder(problems: ConfigProblem[]): ConfigProblem[] {
  const files = [...new Set(problems.map(({ file }) => file))];
  return files.flatMap((file) =>
    problems.filter((problem) => problem.file === file).sort((a, b) => a.start - b.start),
  );
}

const UNREAD = new Set([
  'config/yaml',
  'config/encoding',
  'config/unreadable',
  'config/extends-cycle',
  'config/not-a-map',
]);

interface Environment {
  name: string;
  tree: MapTree;
}

function splitEnvironments(tree: MapTree): {
  base: MapTree;
  environments: Environment[];
  problems: ConfigProblem[];
} {
  const base = omitKeys(tree, ['environments']);
  const entry = tree.entries.get('environments');
  const environments: Environment[] = [];
  const problems: ConfigProblem[] = [];
  if (entry === undefined) return { base, environments, problems };
  const wrong = (origin: Origin, message: string) =>
    problems.push(problemAt(origin, { code: 'config/environments', message }));
  if (entry.value.type !== 'map') {
    wrong(entry.value.origin, 'environments: must be a map from name to keys');
    return { base, environments, problems };
  }
  for (const [name, { value }] of entry.value.entries) {
    if (value.type === 'map') environments.push({ name, tree: value });
    else wrong(value.origin, `environments.${name}: must be a map of the keys that it changes`);
  }
  for (const { name, tree: within } of environments) {
    for (const key of ['extends', 'environments']) {
      const inner = within.entries.get(key);
      if (inner !== undefined) wrong(inner.keyOrigin, `environments.${name}: cannot hold ${key}`);
    }
  }
  return {
    base,
    environments: environments.map(({ name, tree: within }) => ({
      name,
      tree: omitKeys(within, ['extends', 'environments']),
    })),
    problems,
  };
}

function chooseEnvironment(
  environments: Environment[],
  { path, env, environment }: LoadOptions,
): { name: string | null; tree: MapTree | null; problems: ConfigProblem[] } {
  const fromVariable = env.DEEPCODER_ENV === '' ? undefined : env.DEEPCODER_ENV;
  const name = environment ?? fromVariable;
  if (name === undefined) return { name: null, tree: null, problems: [] };
  const found = environments.find((candidate) => candidate.name === name);
  if (found !== undefined) return { ...found, problems: [] };
  const names = environments.map((candidate) => candidate.name);
  const near = nearest(name, names);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  const known = names.length === 0 ? 'the config has none' : `it has ${names.join(', ')}`;
  const from = environment === undefined ? ' (from DEEPCODER_ENV)' : '';
  const message = `there is no environment "${name}"${from}${hint} (${known})`;
  const code = 'config/environment';
  const nowhere = { start: 0, end: 0, line: 0, column: 0 };
  return {
    name: null,
    tree: null,
    problems: [{ code, message, severity: 'error', file: path, ...nowhere }],
  };
}

/** What is wrong in an environment that was not chosen; unset variables are no matter there. */
function environmentProblems(
  { name, tree }: Environment,
  base: MapTree,
): (ConfigProblem & { name: string })[] {
  const { start, end, file } = tree.origin;
  return validate(mergeTrees(base, tree) as MapTree)
    .problems.filter((problem) => problem.file === file && problem.code !== 'config/env-unset')
    .filter((problem) => problem.start >= start && problem.end <= end)
    .map((problem) => ({ ...problem, name }));
}

function originsOf(yaml: ConfigYaml, tree: MapTree): Record<string, Origin> {
  const origins: Record<string, Origin> = {};
  const visit = (value: unknown, path: string[]) => {
    if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
      for (const [key, child] of Object.entries(value)) visit(child, [...path, key]);
    } else {
      origins[pathText(path)] = treeAt(tree, path)?.origin ?? DEFAULT;
    }
  };
  visit(yaml, []);
  return origins;
}

const DEFAULT: Origin = {
  source: 'default',
  file: null,
  start: 0,
  end: 0,
  line: 0,
  column: 0,
  environment: null,
  reference: null,
};
