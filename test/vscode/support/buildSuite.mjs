import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));

/** The extension's folder. */
export const root = join(HERE, '../../..');

/**
 * Bundles the suite that runs in VS Code's extension host; returns its main file.
 * @param {{ withMocha?: boolean }} [options] to be run where there is no checkout
 */
export async function buildSuite({ withMocha = false } = {}) {
  const outfile = join(HERE, '../dist', withMocha ? 'suiteWithMocha.cjs' : 'suite.cjs');
  await build({
    entryPoints: [join(HERE, '../suite/index.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    // mocha finds its own files, and is in this checkout wherever the suite runs.
    external: withMocha ? ['vscode'] : ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  return outfile;
}
