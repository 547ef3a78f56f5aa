import { own } from '@deepcoder/vocabulary';
import { dirname, isAbsolute, join } from 'node:path';
import { closest, distance } from 'fastest-levenshtein';
import { problemAt, type ConfigProblem } from './configProblem.ts';
import type { Env } from './envReferences.ts';
import { parseLayer, type LayerSource } from './parseLayer.ts';
import { PRESETS } from './presets.ts';
import { mergeTrees, omitKeys, type MapTree, type Origin } from './tree.ts';

/** Reads a text file; what it throws is reported at the place that names the file. */
export type ReadText = (path: string) => string | Promise<string>;

interface Readers {
  readText: ReadText;
  env: Env;
}

/** A file or preset merged over everything that it extends. */
export async function readLayers(
  path: string,
  readers: Readers,
): Promise<{ tree: MapTree; problems: ConfigProblem[] }> {
  const at: Origin = {
    source: 'file',
    file: path,
    start: 0,
    end: 0,
    line: 0,
    column: 0,
    environment: null,
    reference: null,
  };
  return readChain(path, at, { ...readers, chain: [] });
}

async function readChain(
  path: string,
  at: Origin,
  { readText, env, chain }: Readers & { chain: string[] },
): Promise<{ tree: MapTree; problems: ConfigProblem[] }> {
  const empty: MapTree = { type: 'map', origin: at, entries: new Map() };
  const fail = (code: string, message: string) => ({
    tree: empty,
    problems: [problemAt(at, { code, message })],
  });
  if (chain.includes(path)) {
    return fail(
      'config/extends-cycle',
      `extends goes in a circle: ${[...chain, path].join(' -> ')}`,
    );
  }
  const source = await readSource(path, readText);
  if (typeof source === 'string') return fail('config/unreadable', source);
  const layer = parseLayer(source, env);
  const base = layer.tree.entries.get('extends')?.value;
  if (base === undefined) return layer;
  const over = omitKeys(layer.tree, ['extends']);
  if (base.type !== 'scalar' || typeof base.value !== 'string') {
    const message = "extends: must be a preset's name or a file";
    const problem = problemAt(base.origin, { code: 'config/type', message });
    return { tree: over, problems: [...layer.problems, problem] };
  }
  if (base.trouble !== null) {
    return { tree: over, problems: [...layer.problems, problemAt(base.origin, base.trouble)] };
  }
  const below = await readChain(basePath(base.value, path), base.origin, {
    readText,
    env,
    chain: [...chain, path],
  });
  return {
    tree: mergeTrees(below.tree, over) as MapTree,
    problems: [...below.problems, ...layer.problems],
  };
}

async function readSource(path: string, readText: ReadText): Promise<LayerSource | string> {
  if (isPreset(path)) return { text: PRESETS[path], file: `preset:${path}`, source: 'preset' };
  try {
    return { text: await readText(path), file: path, source: 'file' };
  } catch (error) {
    if (!/[./\\]/.test(path)) return noSuchPreset(path);
    return `cannot read the config ${path}: ${whyUnread(error)}`;
  }
}

const UNREAD: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder; name the file in it',
  EACCES: 'there is no permission to read it',
  EPERM: 'there is no permission to read it',
};

function whyUnread(error: unknown): string {
  const { code = '', message } = error as { code?: string; message?: string };
  return own(UNREAD, code) ?? message ?? String(error);
}

function noSuchPreset(name: string): string {
  const names = Object.keys(PRESETS);
  const near = closest(name, names);
  const hint = distance(name, near) <= 3 ? `; did you mean ${near}?` : '';
  return `there is no file or preset "${name}"${hint} (presets: ${names.join(', ')})`;
}

function basePath(name: string, from: string): string {
  if (isPreset(name) || isAbsolute(name) || !/[./\\]/.test(name)) return name;
  return join(dirname(from), name);
}

function isPreset(name: string): name is keyof typeof PRESETS {
  return Object.hasOwn(PRESETS, name);
}
