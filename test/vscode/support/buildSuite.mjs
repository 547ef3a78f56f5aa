import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));

/** The extension's folder. */
export const root = join(HERE, '../../..');

/** Bundles the suite that runs in VS Code's extension host; returns its main file. */
export async function buildSuite() {
  const outfile = join(HERE, '../dist/suite.cjs');
  await build({
    entryPoints: [join(HERE, '../suite/index.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    // mocha finds its own files, and is in this checkout wherever the suite runs.
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  return outfile;
}
