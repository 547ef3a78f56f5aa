/**
 * `npm run coverage`: what of client, server and webviews runs in the tests of the editor. Node and the
 * browser count it in the bundles, whose source maps lead back; the report is in coverage/.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { webviewBuild } from '../../client/clientBuild.mjs';
import { prepareBrowser } from '../../trainer/scripts/prepareBrowser.mjs';
import { prepareCheckout } from '../../trainer/scripts/prepareCheckout.mjs';
import { runSuite } from '../../trainer/scripts/runSuite.mjs';
import { prepareWorkbench } from './prepareWorkbench.mjs';
import { root } from './support/buildSuite.mjs';

const PARTS = ['client/src', 'client/panel/src', 'server/src', 'server/trajectory/src'];

const log = (/** @type {string} */ line) => console.log(line);
await prepareCheckout({ log });
const env = { ...(await prepareBrowser({ root, log })), ...(await prepareWorkbench({ log })) };
if ('DEEPCODER_NO_WORKBENCH' in env) process.exit(2);

const raw = join(root, 'coverage/raw');
rmSync(join(root, 'coverage'), { recursive: true, force: true });
mkdirSync(raw, { recursive: true });
const { plugins, target } = webviewBuild;
const pages = { ...webviewBuild, plugins: [...plugins], target: [...target], absWorkingDir: root };
// Otherwise pages have no maps, so that packages are small.
await build({ ...pages, sourcemap: true });
try {
  const tests = process.argv.length > 2 ? process.argv.slice(2) : ['test/vscode', 'test/e2e'];
  process.exitCode = await runSuite('main', tests, { ...env, DEEPCODER_COVERAGE: raw });
  for (const part of PARTS) report(part, ['text-summary']);
  report('{client,server}/**/src', ['html', 'text-summary']);
} finally {
  await build(pages);
  rmSync(raw, { recursive: true, force: true });
}

/**
 * @param {string} part
 * @param {string[]} reporters
 */
function report(part, reporters) {
  log(`\n${part}`);
  const c8 = createRequire(import.meta.url).resolve('c8/bin/c8.js');
  const args = ['report', '--temp-directory', raw, '--reports-dir', join(root, 'coverage')];
  args.push('--exclude-after-remap', '--src', root, '--include', `${part}/**/*.ts`);
  args.push(...reporters.flatMap((name) => ['--reporter', name]));
  execFileSync(process.execPath, [c8, ...args], { cwd: root, stdio: 'inherit' });
}
