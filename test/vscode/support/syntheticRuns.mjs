import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));

/**
 * Writes run folders as a trainer leaves them into a workspace.
 * @param {string} workspace
 * @param {import('../../support/syntheticRun.ts').SyntheticRunOptions[]} runs
 */
export async function writeSyntheticRuns(workspace, runs) {
  const outfile = join(HERE, '../dist/syntheticRun.mjs');
  await build({
    entryPoints: [join(HERE, '../../support/syntheticRun.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'warning',
  });
  const { writeSyntheticRun } = await import(pathToFileURL(outfile).href);
  const folder = join(workspace, 'runs');
  mkdirSync(folder, { recursive: true });
  for (const run of runs) writeSyntheticRun(folder, run);
}
