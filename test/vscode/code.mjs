#!/usr/bin/env node
/**
 * Takes VS Code's own flags for tests and runs the suite in the headless workbench: a stand-in for the
 * desktop's executable, as `vscodeExecutablePath` of @vscode/test-electron, where it cannot be downloaded.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openChromium, runSuiteInPage } from './support/openPage.mjs';
import { startWorkbench } from './support/startWorkbench.mjs';

const args = process.argv.slice(2);
const flag = (/** @type {string} */ name) =>
  args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);

const scratch = mkdtempSync(join(tmpdir(), 'deepcoder-code-'));
const userDataDir = flag('user-data-dir') ?? join(scratch, 'user');
const workbench = await startWorkbench({
  userDataDir: resolve(userDataDir),
  extensionsDir: resolve(flag('extensions-dir') ?? join(userDataDir, 'ext')),
  trusted: args.includes('--disable-workspace-trust'),
});
const browser = await openChromium();
try {
  const tests = flag('extensionTestsPath');
  const url = workbench.url({
    folder: resolve(args.find((arg) => !arg.startsWith('--')) ?? '.'),
    extension: resolve(flag('extensionDevelopmentPath') ?? '.'),
    ...(tests === undefined ? {} : { tests: resolve(tests) }),
  });
  process.exitCode = await runSuiteInPage(browser, url, (line) => console.log(line));
} finally {
  await browser.close();
  await workbench.close();
  rmSync(scratch, { recursive: true, force: true });
}
