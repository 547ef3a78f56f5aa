import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkoutRoot } from '../../trainer/scripts/prepareCheckout.mjs';

interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  license?: string;
  engines?: Record<string, string>;
  workspaces?: string[];
  scripts?: Record<string, string>;
  bin?: Record<string, string>;
}

const readManifest = (folder: string) =>
  JSON.parse(readFileSync(join(checkoutRoot, folder, 'package.json'), 'utf8')) as Manifest;
const root = readManifest('.');
const workspaces = root.workspaces ?? [];

test('the commands of a fresh clone are there', () => {
  expect(Object.keys(root.scripts ?? {})).toEqual(
    expect.arrayContaining(['start', 'test', 'test:native', 'test:slow', 'verify']),
  );
});

test.each(Object.entries(root.scripts ?? {}))('script %s names files that exist', (_, script) => {
  const files = script.split(/\s+/).filter((word) => /\.(mjs|ts)$/.test(word));
  expect(files.filter((file) => !existsSync(join(checkoutRoot, file)))).toEqual([]);
});

test.each(workspaces)('workspace %s is private, licensed and of the same version', (folder) => {
  const manifest = readManifest(folder);
  expect(manifest).toMatchObject({ private: true, license: root.license, version: root.version });
});

test.each(workspaces)('workspace %s: what bin names exists', (folder) => {
  const missing = Object.values(readManifest(folder).bin ?? {}).filter(
    (file) => !existsSync(join(checkoutRoot, folder, file)),
  );
  expect(missing).toEqual([]);
});

test('install scripts stay off', () => {
  const lines = readFileSync(join(checkoutRoot, '.npmrc'), 'utf8').split('\n');
  expect(lines).toContain('ignore-scripts=true');
});

test('the manifest and the set-up agree on the lowest Node', async () => {
  const { nodeProblem } = await import('../../trainer/scripts/prepareCheckout.mjs');
  const floor = root.engines?.['node']?.replace('>=', '') ?? '';
  expect(nodeProblem(`${floor}.0`)).toBeNull();
  const [major = 0, minor = 0] = floor.split('.').map(Number);
  expect(nodeProblem(`${major}.${minor - 1}.9`)).toContain(floor);
});

test('the lock file names no host, so any registry serves it', () => {
  const lock = readFileSync(join(checkoutRoot, 'package-lock.json'), 'utf8');
  expect(lock.match(/"resolved": "https?:[^"]*/g)).toBeNull();
});
