import { problemAt, type ConfigProblem } from './configProblem.ts';
import type { Env } from './envReferences.ts';
import { parseLayer } from './parseLayer.ts';
import { mergeTrees, type MapTree, type Origin, type Tree } from './tree.ts';

/** Puts `key.path=value` settings over a config, in order; values are read as YAML. */
export function applyOverrides(
  tree: MapTree,
  settings: readonly string[],
  env: Env,
): { tree: MapTree; problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  let merged: Tree = tree;
  for (const setting of settings) {
    const layer = parseSetting(setting, env);
    for (const one of layer.problems) problems.push(one);
    if (layer.tree !== null) merged = mergeTrees(merged, layer.tree);
  }
  return { tree: merged as MapTree, problems };
}

function parseSetting(setting: string, env: Env): { tree: Tree | null; problems: ConfigProblem[] } {
  const file = `--set ${setting}`;
  const origin: Origin = {
    source: 'set',
    file,
    start: 0,
    end: setting.length,
    line: 0,
    column: 0,
    environment: null,
    reference: null,
  };
  const [, path, text] = /^([\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*)=([\s\S]*)$/u.exec(setting) ?? [];
  if (path === undefined || text === undefined) {
    const message = 'write key.path=value, for example train.steps=100';
    return { tree: null, problems: [problemAt(origin, { code: 'config/set-syntax', message })] };
  }
  // Read under a key, so that a bare scalar and an empty value are values too.
  const { tree, problems } = parseLayer({ text: `value: ${text}`, file, source: 'set' }, env);
  if (problems.length > 0) {
    return {
      tree: null,
      problems: problems.map((problem) => ({ ...problem, line: 0, column: 0 })),
    };
  }
  const value = relocate(tree.entries.get('value')?.value ?? tree, origin);
  return { tree: nest(path.split('.'), value, origin), problems: [] };
}

function nest(path: string[], value: Tree, origin: Origin): Tree {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const entry = { keyOrigin: origin, value: nest(rest, value, origin) };
  return { type: 'map', origin, entries: new Map([[key, entry]]) };
}

/** A setting is one place; positions inside its text would mean nothing to the user. */
function relocate(tree: Tree, origin: Origin): Tree {
  const here = { ...origin, reference: tree.origin.reference };
  if (tree.type === 'scalar') return { ...tree, origin: here };
  if (tree.type === 'list') {
    return { ...tree, origin: here, items: tree.items.map((item) => relocate(item, origin)) };
  }
  const entries = new Map(
    [...tree.entries].map(([key, { value }]) => [
      key,
      { keyOrigin: origin, value: relocate(value, origin) },
    ]),
  );
  return { type: 'map', origin: here, entries };
}
