import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { isCommit } from '../src/index.ts';

export type Env = Readonly<Record<string, string | undefined>>;
export type RepoKind = 'model' | 'dataset';

/** The revision that is meant where none is named. */
export const MAIN = 'main';

/** The Hub's folder for everything but the cache: the token lies there. */
export function hubHome(env: Env): string {
  const cache = env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache');
  return expandHome(env['HF_HOME'] || path.join(cache, 'huggingface'));
}

/** Where the Hub's programs keep what they download, by the variables that they all know. */
export function hubCacheFolder(env: Env): string {
  const named = env['HF_HUB_CACHE'] || env['HUGGINGFACE_HUB_CACHE'];
  return path.resolve(expandHome(named || path.join(hubHome(env), 'hub')));
}

/** The folder of one repository: `refs`, `snapshots` and `blobs` lie in it. */
export function repoFolder(cache: string, kind: RepoKind, repo: string): string {
  return path.join(cache, [`${kind}s`, ...repo.split('/')].join('--'));
}

export function snapshotFolder(repo: string, commit: string): string {
  return path.join(repo, 'snapshots', commit);
}

/** The commit that a revision stood for when it was last downloaded; null: never. */
export async function cachedCommit(repo: string, revision: string | null): Promise<string | null> {
  const wanted = revision ?? MAIN;
  const commit = isCommit(wanted) ? wanted : await readRef(path.join(repo, 'refs', wanted));
  if (commit === null) return null;
  const found = await stat(snapshotFolder(repo, commit)).catch(() => null);
  return found?.isDirectory() === true ? commit : null;
}

/** Ids of the models in the cache of which there is a snapshot, sorted. */
export async function cachedModels(cache: string): Promise<string[]> {
  const names = await readdir(cache).catch((): string[] => []);
  const ids = names.flatMap((name) => {
    const [kind, owner, ...rest] = name.split('--');
    if (kind !== 'models' || owner === undefined || rest.length === 0) return [];
    return [{ id: `${owner}/${rest.join('--')}`, snapshots: path.join(cache, name, 'snapshots') }];
  });
  const filled = await Promise.all(
    ids.map(async ({ id, snapshots }) => {
      const commits = await readdir(snapshots).catch((): string[] => []);
      return commits.length === 0 ? [] : [id];
    }),
  );
  return filled.flat().sort();
}

async function readRef(file: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  const commit = text?.trim() ?? '';
  return isCommit(commit) ? commit : null;
}

function expandHome(folder: string): string {
  return folder === '~' || folder.startsWith('~/') ? path.join(homedir(), folder.slice(1)) : folder;
}
