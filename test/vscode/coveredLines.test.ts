import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { coveredLines } from './support/coveredLines.mjs';

test('lines of a bundle’s sources that have run are told from those that have not', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deepcoder-lines-'));
  try {
    const source = path.join(folder, 'source.ts');
    writeFileSync(
      source,
      `export function run(much: boolean) {
  if (much) {
    console.log('much');
  }
  return 1;
}
export function unused() {
  return 2;
}
console.log(run(process.argv.length > 5), unused.name);
`,
    );
    const bundle = path.join(folder, 'dist/bundle.mjs');
    await build({ entryPoints: [source], outfile: bundle, sourcemap: true, bundle: true });
    const raw = path.join(folder, 'raw');
    execFileSync(process.execPath, [bundle], { env: { ...process.env, NODE_V8_COVERAGE: raw } });
    const lines = coveredLines(raw, (file) => file === bundle).get(source)!;
    const withState = (state: boolean) => [...lines].filter(([, run]) => run === state);
    // A block that has not run, with its end.
    expect(withState(false).map(([line]) => line)).toEqual([3, 4, 8, 9]);
    expect(withState(true).map(([line]) => line)).toEqual(expect.arrayContaining([5, 10]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
