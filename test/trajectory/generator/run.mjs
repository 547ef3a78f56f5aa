/**
 * `npm run generate -- [count | failures | known] [FILTER] [--seeds N]`: how many files each format is tried
 * with; what fails, with the first differences; or writes the list of known failures.
 */
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { helpFirst } from '../../../trainer/scripts/helpFirst.mjs';

helpFirst(import.meta.filename);

const folder = await mkdtemp(join(tmpdir(), 'generator-'));
try {
  const outfile = join(folder, 'report.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'report.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  });
  const { report } = await import(pathToFileURL(outfile).href);
  await report(process.argv.slice(2), import.meta.dirname);
} finally {
  await rm(folder, { recursive: true, force: true });
}
