import { own } from '@deepcoder/vocabulary';
import { problemAt, type ConfigProblem } from './configProblem.ts';
import { crossChecks } from './crossChecks.ts';
import { typeReferences } from './envReferences.ts';
import { explainIssue, type Explanation } from './explainIssue.ts';
import { configSchema, type ConfigYaml } from './schema/configSchema.ts';
import {
  originAt,
  pathText,
  plainValue,
  scalarsOf,
  treeAt,
  type MapTree,
  type Origin,
} from './tree.ts';

/** What comes of a check of a merged config. */
export interface Validated {
  /** Null when anything is wrong. */
  value: ConfigYaml | null;
  /** The config with defaults where it is wrong; null where that is none either. */
  sound: ConfigYaml | null;
  problems: ConfigProblem[];
}

/** Checks a merged config and reports all that is wrong. */
export function validate(tree: MapTree): Validated {
  const withData = typeReferences(withEmptyData(tree)) as MapTree;
  const troubles = scalarsOf(withData).flatMap(({ path, scalar }) =>
    scalar.trouble === null ? [] : [{ path, ...scalar.trouble, onKey: false }],
  );
  const plain = plainValue(withData);
  const parsed = configSchema.safeParse(plain);
  const valueAt = (path: readonly PropertyKey[]) => {
    const found = treeAt(withData, path);
    return found === undefined ? undefined : plainValue(found);
  };
  const refused = (parsed.error?.issues ?? []).flatMap((issue) => explainIssue(issue, valueAt));
  const troubled = new Set(troubles.map(({ path }) => pathText(path)));
  const wrong: Explanation[] = [
    ...troubles,
    ...writtenSecrets(withData),
    ...refused.filter(({ path }) => !troubled.has(pathText(path))),
  ];
  const sound = soundPart(plain, refused);
  const crossed = problemsBetween(sound, refused);
  const withReferences = referencesShown(withData);
  const problems = [...wrong, ...crossed, ...writtenReferences(withData)].map((explanation) =>
    problemAt(place(withData, explanation), withReferences(explanation)),
  );
  const value = parsed.success && problems.length === 0 ? parsed.data : null;
  return { value, sound, problems };
}

/** Keys whose value must come from the environment: a run's folder, log and report keep the config. */
const SECRETS = [['teacher', 'api_key']];

function writtenSecrets(tree: MapTree): Explanation[] {
  return SECRETS.flatMap((path) => {
    const found = treeAt(tree, path);
    if (found?.type !== 'scalar' || found.value === null || found.origin.reference !== null)
      return [];
    const key = path.join('.');
    const message = `${key}: a key is not written into a config; put it into an environment variable and write \${env:NAME}`;
    return [{ path, code: 'config/secret', message, onKey: false }];
  });
}

/** The config with its wrong values left to their defaults, and no data where those are missing. */
function soundPart(plain: unknown, refused: Explanation[]): ConfigYaml | null {
  const rest = structuredClone(plain);
  for (const { path } of refused) deleteAt(rest, path);
  const parsed = configSchema.safeParse(withTrain(rest));
  if (!parsed.success) return null;
  const train = parsed.data.data.train.filter((source) => source !== NO_DATA);
  return { ...parsed.data, data: { ...parsed.data.data, train } };
}

/** Stands for the data of a config that has none, so that the rest of it can be checked. */
const NO_DATA = '-';

/** Checks between keys, also when some values are wrong: those are left to their defaults. */
function problemsBetween(sound: ConfigYaml | null, refused: Explanation[]): Explanation[] {
  if (sound === null) return [];
  return crossChecks(sound)
    .filter(({ path }) => !refused.some((other) => isPrefix(path, other.path)))
    .map((problem) => ({ ...problem, onKey: false }));
}

/** Names of folders and of runs are written everywhere: no value from the environment may become one. */
function writtenReferences(tree: MapTree): Explanation[] {
  const paths = [
    ['run', 'name'],
    ['run', 'dir'],
  ];
  return paths.flatMap((path) => {
    if ((treeAt(tree, path)?.origin.reference ?? null) === null) return [];
    const message = `${pathText(path)}: names folders, logs and reports, where a value from the environment must not be seen; write it out`;
    return [{ path, code: 'config/env-written', message, onKey: false }];
  });
}

/** A shorter value is part of many words, and only shown where it stands in quotes. */
const SHORT = 4;

/** Messages show a reference as it is written, never what the environment gave for it. */
function referencesShown(tree: MapTree): (explanation: Explanation) => Explanation {
  const filled = scalarsOf(tree)
    .map(({ scalar: { value, origin } }) => ({ text: String(value), reference: origin.reference }))
    .filter(({ text, reference }) => reference !== null && text !== reference && text !== '')
    .sort((a, b) => b.text.length - a.text.length);
  return (explanation) => {
    const message = filled.reduce(
      (told, { text, reference }) =>
        text.length < SHORT
          ? told.replaceAll(JSON.stringify(text), () => JSON.stringify(reference))
          : told.replaceAll(text, () => reference ?? ''),
      explanation.message,
    );
    return { ...explanation, message };
  };
}

function place(tree: MapTree, { path, onKey }: Explanation): Origin {
  const parent = treeAt(tree, path.slice(0, -1));
  const entry = parent?.type === 'map' ? parent.entries.get(String(path.at(-1))) : undefined;
  return onKey && entry !== undefined ? entry.keyOrigin : originAt(tree, path);
}

/** So that a config without `data` is told about `data.train`. */
function withEmptyData(tree: MapTree): MapTree {
  if (tree.entries.has('data')) return tree;
  const value: MapTree = { type: 'map', origin: tree.origin, entries: new Map() };
  return {
    ...tree,
    entries: new Map([...tree.entries, ['data', { keyOrigin: tree.origin, value }]]),
  };
}

function withTrain(plain: unknown): unknown {
  if (!isMap(plain)) return plain;
  const data = isMap(plain.data) ? plain.data : {};
  return { ...plain, data: { train: [NO_DATA], ...data } };
}

function deleteAt(value: unknown, path: readonly PropertyKey[]): void {
  let at = value;
  for (const step of path.slice(0, -1)) {
    at = isMap(at) ? own(at, String(step)) : undefined;
    // A list with a wrong item goes as a whole: its rest would mean something else.
    if (Array.isArray(at)) {
      deleteAt(value, path.slice(0, path.indexOf(step) + 1));
      return;
    }
  }
  if (isMap(at)) Reflect.deleteProperty(at, String(path.at(-1)));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPrefix(prefix: readonly PropertyKey[], path: readonly PropertyKey[]): boolean {
  return prefix.every((step, index) => String(step) === String(path[index]));
}
