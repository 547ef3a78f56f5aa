/**
 * `npm run test:packaged`: makes this platform's VSIX, installs it into a clean workbench as a user would,
 * with no checkout and no `node_modules` around, and tries it there.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareBrowser } from '../../trainer/scripts/prepareBrowser.mjs';
import { prepareCheckout } from '../../trainer/scripts/prepareCheckout.mjs';
import { prepareWorkbench, workbenchFolder } from './prepareWorkbench.mjs';
import { buildSuite, root } from './support/buildSuite.mjs';
import { openChromium, runSuiteInPage } from './support/openPage.mjs';
import { startWorkbench } from './support/startWorkbench.mjs';
import { makeWorkspace } from './support/workspace.mjs';
import { helpFirst } from '../../trainer/scripts/helpFirst.mjs';

helpFirst(import.meta.filename);

/** What test programs exit with where they cannot be tried. */
const SKIPPED = 77;

const log = (/** @type {string} */ line) => console.log(line);
await prepareCheckout({ log });
Object.assign(process.env, await prepareBrowser({ root, log }), await prepareWorkbench({ log }));
if (process.env['DEEPCODER_NO_WORKBENCH'] !== undefined) process.exit(SKIPPED);
if (!process.argv.includes('--keep')) {
  execFileSync(process.execPath, [join(root, 'client/scripts/package.mjs')], { stdio: 'inherit' });
}

const scratch = mkdtempSync(join(tmpdir(), 'dc-vsix-'));
const place = makeWorkspace();
const extensionsDir = join(scratch, 'ext');
install(newestVsix(), extensionsDir);
const workbench = await startWorkbench({
  userDataDir: place.userDataDir,
  extensionsDir,
  env: { DEEPCODER_SUITE: 'packaged', DEEPCODER_EXTENSIONS: extensionsDir },
});
const browser = await openChromium();
try {
  const url = workbench.url({
    folder: place.workspace,
    extension: emptyExtension(join(scratch, 'host')),
    tests: await suiteElsewhere(join(scratch, 'suite')),
  });
  process.exitCode = await runSuiteInPage(browser, url, log);
} finally {
  await browser.close();
  await workbench.close();
  place.remove();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}

function newestVsix() {
  const folder = join(root, 'dist/vsix');
  const target = `${process.platform}-${process.arch}`;
  const names = readdirSync(folder).filter(
    (name) => name.includes(target) && name.endsWith('.vsix'),
  );
  const newest = names.sort().at(-1);
  if (newest === undefined) throw new Error(`there is no VSIX for ${target} in ${folder}`);
  return join(folder, newest);
}

/**
 * @param {string} vsix
 * @param {string} folder
 */
function install(vsix, folder) {
  mkdirSync(folder, { recursive: true });
  const server = join(workbenchFolder(), 'lib/vscode/out/server-main.js');
  const args = ['--accept-server-license-terms', '--extensions-dir', folder];
  execFileSync(process.execPath, [server, ...args, '--install-extension', vsix], {
    stdio: 'inherit',
  });
}

/**
 * VS Code runs tests beside an extension under development; this one does nothing.
 * @param {string} folder
 */
function emptyExtension(folder) {
  mkdirSync(folder);
  const manifest = { name: 'host', publisher: 'test', version: '0.0.1', engines: { vscode: '*' } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
}

/**
 * The suite with its test runner, away from the checkout.
 * @param {string} folder
 */
async function suiteElsewhere(folder) {
  mkdirSync(folder);
  cpSync(await buildSuite({ withMocha: true }), join(folder, 'suite.cjs'));
  return join(folder, 'suite.cjs');
}
