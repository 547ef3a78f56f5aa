import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../../disk/cacheFolder.ts';

export type NativeKind = 'tfjs-cpu' | 'tfjs-cuda';

/** The npm packages whose kernels run on libtensorflow; nothing else names them. */
export const nativePackages: Readonly<Record<NativeKind, string>> = {
  'tfjs-cpu': '@tensorflow/tfjs-node',
  'tfjs-cuda': '@tensorflow/tfjs-node-gpu',
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

export function addonFolder(kind: NativeKind, cache = cacheFolder()): string {
  return join(cache, 'addons', `${kind}-${process.platform}-${process.arch}`);
}

/** The addon that was set up for this kind, or null. */
export function findAddon(kind: NativeKind, cache = cacheFolder()): NativeAddon | null {
  const description = join(addonFolder(kind, cache), 'addon.json');
  if (!existsSync(description)) return null;
  return JSON.parse(readFileSync(description, 'utf8')) as NativeAddon;
}
