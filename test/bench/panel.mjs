/**
 * `npm run bench:editor [-- NAME ...] [-- --check]`: the figures of the editor, in a real workbench and headless
 * Chromium without a graphics card. Names: open, live, inspector, compare, similar, train. `--check`: exit code 1 where a goal is
 * not reached. What else runs on the machine counts: its load is told.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { prepareBrowser } from '../../trainer/scripts/prepareBrowser.mjs';
import { prepareCheckout } from '../../trainer/scripts/prepareCheckout.mjs';
import { prepareWorkbench } from '../vscode/prepareWorkbench.mjs';
import { root } from '../vscode/support/buildSuite.mjs';
import { openChromium } from '../vscode/support/openPage.mjs';
import { startWorkbench } from '../vscode/support/startWorkbench.mjs';
import { workbenchPage } from '../vscode/support/workbenchPage.mjs';
import { makeWorkspace } from '../vscode/support/workspace.mjs';
import { comparedRecords } from './panel/comparedRecords.mjs';
import { firstMetric } from './panel/firstMetric.mjs';
import { firstRecord } from './panel/firstRecord.mjs';
import { liveMetrics } from './panel/liveMetrics.mjs';
import { longRuns } from './panel/longRuns.mjs';
import { similarRecords } from './panel/similarRecords.mjs';
import { isShort, rowLines } from './table.mjs';
import { helpFirst } from '../../trainer/scripts/helpFirst.mjs';

helpFirst(import.meta.filename);

/**
 * @typedef {object} EditorBench
 * @property {import('playwright-core').Page} page
 * @property {ReturnType<typeof workbenchPage>} person
 * @property {string} workspace
 * @property {typeof import('./benchRuns.ts')} runs
 * @property {number | undefined} server the process of the workbench's server
 */

/** @type {Record<string, { prepare?: (workspace: string, runs: typeof import('./benchRuns.ts')) => void, measure: (bench: EditorBench) => Promise<import('./bench.ts').BenchRow[]> }>} */
const BENCHES = {
  open: longRuns,
  live: liveMetrics,
  inspector: firstRecord,
  compare: comparedRecords,
  similar: similarRecords,
  train: firstMetric,
};

const args = process.argv.slice(2);
const names = args.filter((name) => name in BENCHES);
const log = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);
await prepareCheckout({ log });
Object.assign(process.env, await prepareBrowser({ root, log }), await prepareWorkbench({ log }));
if (process.env['DEEPCODER_NO_WORKBENCH'] !== undefined) process.exit(2);
const runs = await loadRuns();
const browser = await openChromium();
/** @type {import('./bench.ts').BenchRow[]} */
const rows = [];
try {
  for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
    log(`${name} ... (load ${loadavg()[0]?.toFixed(1) ?? ''})`);
    rows.push(...(await measured(BENCHES[name])));
  }
} finally {
  await browser.close();
}
process.stdout.write(`${rowLines(rows).join('\n')}\n`);
if (args.includes('--check') && rows.some(isShort)) process.exitCode = 1;

/** @param {(typeof BENCHES)[string] | undefined} bench */
async function measured(bench) {
  if (bench === undefined) return [];
  const place = makeWorkspace();
  bench.prepare?.(place.workspace, runs);
  const server = await startWorkbench({ userDataDir: place.userDataDir });
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(120_000);
  const person = workbenchPage(page);
  try {
    await page.goto(server.url({ folder: place.workspace, extension: root }), { timeout: 180_000 });
    await person.ready();
    const { workspace } = place;
    return await bench.measure({ page, person, workspace, runs, server: server.pid });
  } finally {
    await page.close();
    await server.close();
    place.remove();
  }
}

/** @returns {Promise<typeof import('./benchRuns.ts')>} */
async function loadRuns() {
  const folder = mkdtempSync(join(tmpdir(), 'deepcoder-bench-'));
  const outfile = join(folder, 'benchRuns.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'benchRuns.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
  });
  try {
    return (await import(pathToFileURL(outfile).href)).default;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
