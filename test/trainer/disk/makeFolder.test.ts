import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { makeFolder } from '../../../trainer/src/disk/makeFolder.ts';
import { checkoutRoot } from '../../../trainer/scripts/prepareCheckout.mjs';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

test('makes parents too, and what is there stays', async () => {
  const folder = path.join(temporaryFolder(), 'a', 'b');
  await makeFolder(folder);
  writeFileSync(path.join(folder, 'kept'), '');
  await makeFolder(folder);
  expect(existsSync(path.join(folder, 'kept'))).toBe(true);
});

test('in a working folder that was removed it fails, where Node goes round for ever', async () => {
  const folder = temporaryFolder();
  const module = path.join(folder, 'makeFolder.mjs');
  const entry = path.join(checkoutRoot, 'trainer/src/disk/makeFolder.ts');
  await build({
    entryPoints: [entry],
    outfile: module,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  const script = `
    import { mkdirSync, rmSync } from 'node:fs';
    import { makeFolder } from ${JSON.stringify(module)};
    mkdirSync('gone');
    process.chdir('gone');
    const gone = process.cwd();
    rmSync(gone, { recursive: true });
    await makeFolder('runs/one').catch(({ code }) => console.log(code));
  `;
  const args = ['--input-type=module', '--eval', script];
  const said = execFileSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(said.trim()).toBe('ENOENT');
  expect(existsSync(path.join(folder, 'gone'))).toBe(false);
});
