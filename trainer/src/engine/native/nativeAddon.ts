import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export type NativeKind = 'native' | 'cuda';

/** The npm packages whose kernels run on libtensorflow; nothing else names them. */
export const nativePackages: Readonly<Record<NativeKind, string>> = {
  native: '@tensorflow/tfjs-node',
  cuda: '@tensorflow/tfjs-node-gpu',
};

/** An addon that `deepcoder setup` built, described by the `addon.json` beside it. */
export interface NativeAddon {
  file: string;
  packageVersion: string;
  libtensorflowVersion: string;
  /** The folder of the libraries that the addon is linked to. */
  libraryFolder: string;
}

export const nativeRequire = createRequire(import.meta.url);

/** The installed package's folder, or null: it is an optional dependency. */
export function packageFolder(kind: NativeKind): string | null {
  try {
    return dirname(nativeRequire.resolve(`${nativePackages[kind]}/package.json`));
  } catch {
    return null;
  }
}

export function packageVersion(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

/**
 * Where what is built and downloaded is kept. Outside `node_modules`, since `npm ci` empties that.
 * `DEEPCODER_CACHE` overrides it.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const given = env['DEEPCODER_CACHE'];
  if (given !== undefined && given !== '') return resolve(given);
  const base = env['XDG_CACHE_HOME'];
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.cache'), 'deepcoder');
}

export function addonFolder(kind: NativeKind, cache = cacheFolder()): string {
  return join(cache, 'addons', `${kind}-${process.platform}-${process.arch}`);
}

/** The addon that was set up for this kind, or null. */
export function findAddon(kind: NativeKind, cache = cacheFolder()): NativeAddon | null {
  const description = join(addonFolder(kind, cache), 'addon.json');
  if (!existsSync(description)) return null;
  return JSON.parse(readFileSync(description, 'utf8')) as NativeAddon;
}
