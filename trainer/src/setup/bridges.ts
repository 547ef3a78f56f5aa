import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Config, DeepCoderError } from '@deepcoder/config';
import { cacheFolder } from '../disk/cacheFolder.ts';

export type Bridge = NonNullable<Config['env'][string]['bridge']>;

interface BridgeFacts {
  /** In `trainer/bridges`. */
  file: string;
  /** What pip installs, and nothing else but what that needs. */
  requirement: string;
  needsJava: boolean;
  /** What else has to be done; null where nothing has. */
  note: string | null;
}

/** Worlds that others made, each with the one package that plays it. */
export const BRIDGES: Readonly<Record<Bridge, BridgeFacts>> = {
  'textworld-express': {
    file: 'textworld_express_bridge.py',
    requirement: 'textworld-express==1.1.0',
    needsJava: true,
    note: null,
  },
  scienceworld: {
    file: 'scienceworld_bridge.py',
    requirement: 'scienceworld==1.2.3',
    needsJava: true,
    note: null,
  },
  alfworld: {
    file: 'alfworld_bridge.py',
    requirement: 'alfworld==0.4.2',
    needsJava: false,
    note: 'its games are not part of the package: run alfworld-download, which this environment now has, and set ALFWORLD_DATA where they are not in ~/.cache/alfworld',
  },
};

/** Where a bridge's Python lies once it is set up. */
export function bridgeFolder(name: Bridge, cache = cacheFolder()): string {
  return path.join(cache, 'environments', BRIDGES[name].requirement.replace('==', '-'));
}

export function bridgePython(name: Bridge, cache?: string): string {
  const folder = bridgeFolder(name, cache);
  return process.platform === 'win32'
    ? path.join(folder, 'Scripts', 'python.exe')
    : path.join(folder, 'bin', 'python');
}

/** What starts a bridge. */
export function bridgeCommand(name: Bridge, args: readonly string[]): [string, ...string[]] {
  const python = bridgePython(name);
  if (!existsSync(python)) {
    const message = `environment ${name}: it is not set up; run deepcoder setup environment ${name}`;
    throw new DeepCoderError('environment-not-set-up', message, { exitCode: 2 });
  }
  return [python, bridgeFile(name), ...args];
}

/** It lies beside the program, or, when that runs from its source, in `trainer/bridges`. */
function bridgeFile(name: Bridge): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const { file } = BRIDGES[name];
  const places = [path.join(here, '../bridges', file), path.join(here, '../../bridges', file)];
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  const message = `environment ${name}: ${file} is not beside the program in ${here}; install it again`;
  throw new DeepCoderError('environment-bridge', message, { exitCode: 2 });
}
