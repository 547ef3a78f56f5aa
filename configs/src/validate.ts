import { problemAt, type ConfigProblem } from './configProblem.ts';
import { crossChecks } from './crossChecks.ts';
import { typeReferences } from './envReferences.ts';
import { explainIssue, type Explanation } from './explainIssue.ts';
import { configSchema, type ConfigYaml } from './schema/configSchema.ts';
import { originAt, plainValue, scalarsOf, treeAt, type MapTree, type Origin } from './tree.ts';

/** Checks a merged config and reports all that is wrong; `value` is null when anything is. */
export function validate(tree: MapTree): { value: ConfigYaml | null; problems: ConfigProblem[] } {
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
  const wrong: Explanation[] = [
    ...troubles,
    ...refused.filter(({ path }) => !troubles.some((trouble) => samePath(trouble.path, path))),
  ];
  const crossed = problemsBetween(plain, refused);
  const problems = [...wrong, ...crossed].map((explanation) =>
    problemAt(place(withData, explanation), explanation),
  );
  const value = parsed.success && problems.length === 0 ? parsed.data : null;
  return { value, problems };
}

/** Checks between keys, also when some values are wrong: those are left to their defaults. */
function problemsBetween(plain: unknown, refused: Explanation[]): Explanation[] {
  const rest = structuredClone(plain);
  for (const { path } of refused) deleteAt(rest, path);
  const parsed = configSchema.safeParse(withTrain(rest));
  if (!parsed.success) return [];
  return crossChecks(parsed.data)
    .filter(({ path }) => !refused.some((other) => isPrefix(path, other.path)))
    .map((problem) => ({ ...problem, onKey: false }));
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
  return { ...plain, data: { train: ['-'], ...data } };
}

function deleteAt(value: unknown, path: readonly PropertyKey[]): void {
  let at = value;
  for (const step of path.slice(0, -1)) {
    at = isMap(at) ? at[String(step)] : undefined;
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

function samePath(a: readonly PropertyKey[], b: readonly PropertyKey[]): boolean {
  return a.length === b.length && isPrefix(a, b);
}

function isPrefix(prefix: readonly PropertyKey[], path: readonly PropertyKey[]): boolean {
  return prefix.every((step, index) => String(step) === String(path[index]));
}
