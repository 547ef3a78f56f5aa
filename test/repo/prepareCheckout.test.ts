import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  bundleIsStale,
  missingDependency,
  nodeProblem,
  prepareCheckout,
} from '../../trainer/scripts/prepareCheckout.mjs';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'deepcoder-checkout-'))));
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string, ageS = 0) {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  const timeS = Date.now() / 1000 - ageS;
  utimesSync(file, timeS, timeS);
  utimesSync(dirname(file), timeS, timeS);
}

const lock = (packages: object) => JSON.stringify({ lockfileVersion: 3, packages });
const install = (packages: object) => {
  write('node_modules/.package-lock.json', lock(packages));
  for (const path of Object.keys(packages)) mkdirSync(join(root, path), { recursive: true });
};

test.each([
  ['20.19.0', true],
  ['20.18.3', false],
  ['18.20.0', false],
  ['22.1.0', true],
  ['21.0.0', true],
])('Node %s will do: %s', (version, fine) => {
  expect(nodeProblem(version) === null).toBe(fine);
});

describe('missingDependency', () => {
  const a1 = { 'node_modules/a': { version: '1.0.0', resolved: 'r/a-1.tgz' } };
  const a2 = { 'node_modules/a': { version: '2.0.0', resolved: 'r/a-2.tgz' } };
  const workspace = { '': { version: '0.1.0' }, server: { version: '0.1.0' } };
  const link = { 'node_modules/@x/server': { resolved: 'server', link: true } };
  const optional = { 'node_modules/o': { version: '1.0.0', optional: true } };

  test.each([
    ['nothing installed', a1, null, 'node_modules/a'],
    ['the same', { ...workspace, ...a1, ...link }, { ...a1, ...link }, null],
    ['another version', a2, a1, 'node_modules/a'],
    ['a new link', { ...a1, ...link }, a1, 'node_modules/@x/server'],
    ['an optional one left out', { ...a1, ...optional }, a1, null],
    ['one too many', a1, { ...a1, ...optional }, null],
  ])('%s', (_, wanted, installed, expected) => {
    write('package-lock.json', lock(wanted));
    if (installed !== null) install(installed);
    expect(missingDependency(root)).toBe(expected);
  });

  test('a folder that was deleted by hand', () => {
    write('package-lock.json', lock(a1));
    install(a1);
    rmSync(join(root, 'node_modules/a'), { recursive: true });
    expect(missingDependency(root)).toBe('node_modules/a');
  });
});

describe('bundleIsStale', () => {
  beforeEach(() => {
    write('trainer/src/run/a.ts', '', 100);
    write('trainer/src/main.ts', '', 100);
  });

  test('no bundle', () => {
    expect(bundleIsStale(root)).toBe(true);
  });

  test('a bundle newer than every source', () => {
    write('trainer/dist/deepcoder.mjs', '', 50);
    expect(bundleIsStale(root)).toBe(false);
  });

  test('a source changed since', () => {
    write('trainer/dist/deepcoder.mjs', '', 50);
    write('configs/src/schema/keys.ts', '', 10);
    expect(bundleIsStale(root)).toBe(true);
  });

  test('a source deleted since', () => {
    write('trainer/dist/deepcoder.mjs', '', 50);
    rmSync(join(root, 'trainer/src/run/a.ts'));
    expect(bundleIsStale(root)).toBe(true);
  });
});

test('prepareCheckout builds what is stale and says so', async () => {
  const build = `import { mkdirSync, writeFileSync } from 'node:fs';
    mkdirSync('trainer/dist', { recursive: true });
    writeFileSync('trainer/dist/deepcoder.mjs', 'built');`;
  write('package-lock.json', lock({}));
  write('esbuild.mjs', build);
  const lines: string[] = [];
  await prepareCheckout({ root, log: (line) => lines.push(line) });
  expect(lines.join('\n')).toMatch(/^Building .*\nBuilding .*: done in [\d.]+ s$/);
  expect(bundleIsStale(root)).toBe(false);
});

test('a build that fails shows its output', async () => {
  write('package-lock.json', lock({}));
  write('esbuild.mjs', 'console.error("no such module"); process.exit(3)');
  await expect(prepareCheckout({ root, log: () => undefined })).rejects.toThrow(
    /no such module[^]*failed \(exit code 3\)/,
  );
});
