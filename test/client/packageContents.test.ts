import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { fetchKoffiBinary } from '../../client/scripts/koffiBinary.mjs';
import { packageContents, TARGETS } from '../../client/scripts/packageContents.mjs';
import { checkoutRoot } from '../../trainer/scripts/prepareCheckout.mjs';

const TARGET_NAMES = Object.keys(TARGETS) as (keyof typeof TARGETS)[];
const PLATFORMS = TARGET_NAMES.filter((target) => target !== 'web');

// npm installs the binary of this machine only.
beforeAll(() => {
  for (const target of PLATFORMS) fetchKoffiBinary(target, checkoutRoot);
}, 120_000);

test.each(PLATFORMS)('the package for %s has no binary of another platform', (target) => {
  const binaries = [...packageContents(target, checkoutRoot)]
    .map(([to, from]) => ({ to, platform: platformOf(from) }))
    .filter(({ platform }) => platform !== null);
  for (const { to, platform } of binaries) expect(platform, to).toBe(target);
  const names = binaries.map(({ to }) => to.split('/').at(-1)!);
  expect(names.filter((name) => /^tokenizers\..*\.node$/.test(name))).toHaveLength(1);
  expect(
    names.filter((name) => /^(lib)?onnxruntime\.(dll|so\.1|1\.dylib)$/.test(name)),
  ).toHaveLength(1);
  expect(names).toContain('koffi.node');
});

test.each(PLATFORMS)('the package for %s has what runs, and nothing that only builds', (target) => {
  const names = [...packageContents(target, checkoutRoot).keys()];
  expect(names).toEqual(
    expect.arrayContaining([
      'client/dist/extension.cjs',
      'client/dist/webview/panel.js',
      'server/dist/main.mjs',
      'trainer/dist/deepcoder.mjs',
      'trainer/node_modules/onnxruntime-node/package.json',
      'trainer/node_modules/koffi/src/koffi/index.js',
      'trainer/node_modules/tokenizers/index.js',
    ]),
  );
  const unwanted = /(^|\/)(?<!\/koffi\/)(src|test|scripts)\/|\.(ts|map)$|^node_modules\//;
  expect(names.filter((name) => unwanted.test(name))).toEqual([]);
});

test('the package for browsers has what colours files, and nothing that needs Node', () => {
  const names = [...packageContents('web', checkoutRoot).keys()];
  expect(names).toContain('client/dist/browser.js');
  expect(names).toContain('syntaxes/trajectory-text.tmLanguage.json');
  expect(names.filter((name) => /^(server|trainer)\/|\.(node|cjs|mjs)$/.test(name))).toEqual([]);
});

test('the packager tells its targets', () => {
  const script = join(checkoutRoot, 'client/scripts/package.mjs');
  const said = execFileSync(process.execPath, [script, '--help'], { encoding: 'utf8' });
  for (const target of TARGET_NAMES) expect(said).toContain(target);
});

/** Which platform a file is machine code for, by its header; null: it is none. */
function platformOf(file: string): string | null {
  const head = Buffer.alloc(4096);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, head);
  closeSync(descriptor);
  if (head.toString('latin1', 0, 4) === '\x7fELF') {
    return { 0x3e: 'linux-x64', 0xb7: 'linux-arm64' }[head.readUInt16LE(18)] ?? 'another ELF';
  }
  if (head.toString('latin1', 0, 2) === 'MZ') {
    const machine = head.readUInt16LE(head.readUInt32LE(0x3c) + 4);
    return { 0x8664: 'win32-x64', 0xaa64: 'win32-arm64' }[machine] ?? 'another PE';
  }
  if (head.readUInt32LE(0) === 0xfeedfacf)
    return head.readUInt32LE(4) === 0x0100000c ? 'darwin-arm64' : 'another Mach-O';
  return head.readUInt32BE(0) === 0xcafebabe ? 'several Mach-O' : null;
}
