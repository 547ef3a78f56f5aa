/** Where a value of the resolved config comes from. Offsets are UTF-16 units, lines and columns count from 1. */
export interface Origin {
  source: 'default' | 'preset' | 'file' | 'set';
  /** Path of the file, `preset:NAME`, or the text of the `--set` argument; null for a default. */
  file: string | null;
  start: number;
  end: number;
  line: number;
  column: number;
  /** The environment in whose block the value stands. */
  environment: string | null;
  /** The text before references to environment variables were filled in. */
  reference: string | null;
}

/** A value with the origin of each part. */
export type Tree = MapTree | ListTree | ScalarTree;

export interface MapTree {
  type: 'map';
  origin: Origin;
  entries: Map<string, { keyOrigin: Origin; value: Tree }>;
}

interface ListTree {
  type: 'list';
  origin: Origin;
  items: Tree[];
}

export interface ScalarTree {
  type: 'scalar';
  origin: Origin;
  value: unknown;
  /** Why the value could not be made out; reported only where the value is used. */
  trouble: { code: string; message: string } | null;
}

/** Maps merge key by key; anything else, lists too, is replaced by what is over it. */
export function mergeTrees(base: Tree, over: Tree): Tree {
  if (base.type !== 'map' || over.type !== 'map') return over;
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const below = base.entries.get(key);
    const value = below === undefined ? entry.value : mergeTrees(below.value, entry.value);
    entries.set(key, { keyOrigin: entry.keyOrigin, value });
  }
  return { type: 'map', origin: over.origin, entries };
}

/** The same map without some of its keys. */
export function omitKeys(tree: MapTree, keys: string[]): MapTree {
  const entries = new Map([...tree.entries].filter(([key]) => !keys.includes(key)));
  return { ...tree, entries };
}

/** The value without origins. */
export function plainValue(tree: Tree): unknown {
  if (tree.type === 'scalar') return tree.value;
  if (tree.type === 'list') return tree.items.map(plainValue);
  return Object.fromEntries([...tree.entries].map(([key, { value }]) => [key, plainValue(value)]));
}

/** The subtree at a path, or undefined. */
export function treeAt(tree: Tree, path: readonly PropertyKey[]): Tree | undefined {
  let at: Tree | undefined = tree;
  for (const step of path) at = at === undefined ? undefined : child(at, step);
  return at;
}

/** The origin of the deepest part of the path that exists. */
export function originAt(tree: Tree, path: readonly PropertyKey[]): Origin {
  let at = tree;
  for (const step of path) {
    const next = child(at, step);
    if (next === undefined) break;
    at = next;
  }
  return at.origin;
}

/** All scalars, with their paths. */
export function scalarsOf(
  tree: Tree,
  path: string[] = [],
): { path: string[]; scalar: ScalarTree }[] {
  if (tree.type === 'scalar') return [{ path, scalar: tree }];
  const children: [string, Tree][] =
    tree.type === 'list'
      ? tree.items.map((item, index) => [String(index), item])
      : [...tree.entries].map(([key, { value }]) => [key, value]);
  return children.flatMap(([key, value]) => scalarsOf(value, [...path, key]));
}

/** A path as the messages write it: `data.train.0`, and `data.format["logs/*.txt"]` for odd keys. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map(String)
    .map((key, index) => {
      if (!/^[\p{L}\p{N}_-]+$/u.test(key)) return `[${JSON.stringify(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join('');
}

function child(tree: Tree, step: PropertyKey): Tree | undefined {
  if (tree.type === 'map') return tree.entries.get(String(step))?.value;
  return tree.type === 'list' ? tree.items[Number(step)] : undefined;
}
