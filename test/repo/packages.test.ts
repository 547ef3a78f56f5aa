import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

interface LockedPackage {
  license?: string;
  dev?: boolean;
  hasInstallScript?: boolean;
}

const ROOT = path.join(import.meta.dirname, '../..');
const { packages } = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, LockedPackage>;
};
const installed = Object.entries(packages)
  .filter(([place]) => place.startsWith('node_modules/') || place.includes('/node_modules/'))
  .map(([place, one]) => ({ ...one, name: place.slice(place.lastIndexOf('node_modules/') + 13) }));

/** SPDX names of the licences that a user's copy may come under. */
const PERMISSIVE = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0'];
const CHOICES = ['CC0-1.0', '0BSD'];
/** An optional library of its own, which is loaded and not linked in, and which no VSIX carries. */
const LOADED = { name: /^@img\/sharp-/, license: 'LGPL-3.0-or-later' };

test('every package that is shipped has a permissive licence', () => {
  const others = installed
    .filter(({ dev, name }) => dev !== true && !name.startsWith('@deepcoder/'))
    .filter(({ license, name }) => {
      const names = (license ?? 'none').replaceAll(/[()]/g, '').split(/ AND | OR /);
      const allowed = [
        ...PERMISSIVE,
        ...CHOICES,
        ...(LOADED.name.test(name) ? [LOADED.license] : []),
      ];
      return !names.every((one) => allowed.includes(one));
    });
  expect(others.map(({ name, license }) => `${name}: ${license ?? 'none'}`)).toEqual([]);
});

test('packages with an install script are known; none is run, as .npmrc says', () => {
  const scripted = installed.filter((one) => one.hasInstallScript === true);
  expect([...new Set(scripted.map(({ name }) => name))].sort()).toEqual([
    // A compiler of native code, where `deepcoder setup tfjs-*` asks for it.
    '@tensorflow/tfjs-node',
    '@tensorflow/tfjs-node-gpu',
    '@vscode/vsce-sign',
    'core-js',
    // Binaries come as packages of their own, for this platform.
    'esbuild',
    'keytar',
    'koffi',
    // Downloads CUDA's libraries, which `deepcoder setup cuda` has from elsewhere.
    'onnxruntime-node',
  ]);
  expect(readFileSync(path.join(ROOT, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
});
