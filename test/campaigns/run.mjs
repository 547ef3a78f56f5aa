/**
 * `npm run campaign -- NAME [--minutes N] [--tries N] [--from SEED] [--fresh]`: attacks the product in one way,
 * with one seed after the other, and prints how many tries there were and each failure with the seed that repeats
 * it (`--from SEED --tries 1`). Without `--from` it goes on after the seed at which it last stopped; `--fresh`
 * begins again. A try that does not end within its limit is a failure, and its thread is ended.
 *
 * grow: texts that repeat something of a file, read at four sizes; more than linear time fails.
 */
import { build } from 'esbuild';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { helpFirst } from '../../trainer/scripts/helpFirst.mjs';

helpFirst(import.meta.filename);

const NAMES = ['grow'];

const [name = '', ...args] = process.argv.slice(2);
if (!NAMES.includes(name)) {
  console.error(`usage: npm run campaign -- ${NAMES.join(' | ')} [--minutes N] [--tries N]`);
  process.exit(2);
}

/** Among what the tools of the checkout keep: git ignores it, and the bundle finds the packages from there. */
const cache = join(import.meta.dirname, '../../node_modules/.cache/campaigns');
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, `${name}-`));
try {
  await build({
    entryPoints: [name, 'campaign', 'worker'].map((file) =>
      join(import.meta.dirname, `${file}.ts`),
    ),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    define: { 'import.meta.dirname': JSON.stringify(import.meta.dirname) },
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  });
  const url = (/** @type {string} */ file) => pathToFileURL(join(folder, `${file}.mjs`)).href;
  const { campaign } = await import(url('campaign'));
  const attack = { name, module: url(name), worker: url('worker'), cache };
  process.exitCode = (await campaign(attack, args)) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
