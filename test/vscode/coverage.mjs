/**
 * `npm run coverage`: what of client, server and webviews runs in the tests of the editor. Node and the
 * browser count it in the bundles, whose source maps lead back; coverage/lines.json has the lines that have not.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { clientBuild, webviewBuild } from '../../client/clientBuild.mjs';
import { serverBuild } from '../../server/serverBuild.mjs';
import { prepareBrowser } from '../../trainer/scripts/prepareBrowser.mjs';
import { prepareCheckout } from '../../trainer/scripts/prepareCheckout.mjs';
import { runSuite } from '../../trainer/scripts/runSuite.mjs';
import { prepareWorkbench } from './prepareWorkbench.mjs';
import { root } from './support/buildSuite.mjs';
import { coveredLines } from './support/coveredLines.mjs';
import { helpFirst } from '../../trainer/scripts/helpFirst.mjs';

helpFirst(import.meta.filename);

const BUNDLES = ['client/dist', 'server/dist'];
const PARTS = ['client/src', 'client/panel/src', 'server/src', 'server/trajectory/src'];

const log = (/** @type {string} */ line) => console.log(line);
await prepareCheckout({ log });
const env = { ...(await prepareBrowser({ root, log })), ...(await prepareWorkbench({ log })) };
if ('DEEPCODER_NO_WORKBENCH' in env) process.exit(2);

const raw = join(root, 'coverage/raw');
rmSync(join(root, 'coverage'), { recursive: true, force: true });
mkdirSync(raw, { recursive: true });
// On the few lines of a minified bundle nothing can be told apart; pages have no maps otherwise.
for (const bundle of [clientBuild, serverBuild, webviewBuild])
  await build({ ...structure(bundle), absWorkingDir: root, minify: false, sourcemap: true });
try {
  const tests = process.argv.length > 2 ? process.argv.slice(2) : ['test/vscode', 'test/e2e'];
  process.exitCode = await runSuite('main', tests, { ...env, DEEPCODER_COVERAGE: raw });
  report();
} finally {
  execFileSync(process.execPath, ['esbuild.mjs'], { cwd: root });
  rmSync(raw, { recursive: true, force: true });
}

/**
 * Build options are frozen in type; esbuild wants to be free to write.
 * @param {object} options
 * @returns {import('esbuild').BuildOptions}
 */
function structure(options) {
  return { ...options };
}

/** Lines that have run, of those with code, part by part; the rest of each file is in coverage/lines.json. */
function report() {
  const lines = coveredLines(raw, (file) =>
    BUNDLES.some((one) => file.startsWith(join(root, one))),
  );
  /** @type {Record<string, number[]>} */
  const left = {};
  for (const part of PARTS) {
    const files = [...lines].filter(([file]) => file.startsWith(join(root, part, '/')));
    const all = files.flatMap(([, known]) => [...known.values()]);
    const run = all.filter((hasRun) => hasRun).length;
    const share = all.length === 0 ? '-' : ((100 * run) / all.length).toFixed(1);
    log(`${part}: ${share} % of ${all.length} lines in ${files.length} files`);
    for (const [file, known] of files)
      left[relative(root, file)] = [...known].filter(([, hasRun]) => !hasRun).map(([line]) => line);
  }
  writeFileSync(join(root, 'coverage/lines.json'), JSON.stringify(left));
}
