import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Where what is built, downloaded or traced is kept for this user: never in a workspace, which may come from
 * somebody else, nor in `node_modules`, which `npm ci` empties. `DEEPCODER_CACHE` overrides it.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const given = env['DEEPCODER_CACHE'];
  if (given !== undefined && given !== '') return resolve(given);
  const base = env['XDG_CACHE_HOME'];
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.cache'), 'deepcoder');
}
