import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { type HubName, isGguf, parseModelName } from '../src/index.ts';
import { cachedCommit, type Env, hubCacheFolder, repoFolder, snapshotFolder } from './hubCache.ts';

/** Where the model is that a config names. */
export type FoundModel =
  /** A folder or file; `exists: false` where there is none and the text can be no name on the Hub. */
  | { from: 'disk'; path: string; exists: boolean }
  /** A model of the Hub; `commit` is null where nothing of it is in the cache, `path` where something is missing. */
  | { from: 'hub'; name: HubName; cache: string; commit: string | null; path: string | null };

/** What is wanted of a model: all of it, or its tokenizer. */
export type Need = 'model' | 'tokenizer';

/**
 * Looks up the name of a model: what exists on the disk goes first, then the Hub's cache. A name whose first
 * part is a folder here, but which is nowhere, is taken for a misspelt path and not asked of the Hub.
 */
export async function findModel(
  text: string,
  { cwd, env, need }: { cwd: string; env: Env; need: Need },
): Promise<FoundModel> {
  const own = path.resolve(cwd, text);
  if (await exists(own)) return { from: 'disk', path: own, exists: true };
  const name = parseModelName(text);
  if (name === null) return { from: 'disk', path: own, exists: false };
  const cache = hubCacheFolder(env);
  const repo = repoFolder(cache, 'model', name.repo);
  const commit = await cachedCommit(repo, name.revision);
  if (commit === null && (await exists(path.dirname(own)))) {
    return { from: 'disk', path: own, exists: false };
  }
  const place = commit === null ? null : path.join(snapshotFolder(repo, commit), name.file ?? '');
  const isWhole = place !== null && (await missingFiles(place, need)).length === 0;
  return { from: 'hub', name, cache, commit, path: isWhole ? place : null };
}

/** What a model's folder lacks: the config, weights, shards that its index names; or the tokenizer. */
export async function missingFiles(place: string, need: Need): Promise<string[]> {
  if (isGguf(place)) return (await exists(place)) ? [] : [path.basename(place)];
  const names = await namesIn(place);
  if (need === 'tokenizer') return names.includes(TOKENIZER) ? [] : [TOKENIZER];
  const config = names.includes('config.json') ? [] : ['config.json'];
  return [...config, ...(await missingWeights(place, names))];
}

const TOKENIZER = 'tokenizer.json';
const SINGLE = 'model.safetensors';

async function missingWeights(folder: string, names: readonly string[]): Promise<string[]> {
  if (names.includes(SINGLE)) return [];
  const index = await readFile(path.join(folder, `${SINGLE}.index.json`), 'utf8').catch(() => null);
  if (index === null) return [SINGLE];
  const shards = [...index.matchAll(/"([^"/\\]+\.safetensors)"/g)].flatMap(([, name = '']) => name);
  return [...new Set(shards)].filter((name) => !names.includes(name));
}

/** Without links to blobs that somebody has deleted. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const found = await Promise.all(
    names.map(async (name) => ((await exists(path.join(folder, name))) ? [name] : [])),
  );
  return found.flat();
}

async function exists(place: string): Promise<boolean> {
  return (await stat(place).catch(() => null)) !== null;
}
