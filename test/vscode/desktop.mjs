/**
 * `npm run test:desktop`: the suite in a VS Code that @vscode/test-electron downloads, or in the one that
 * DEEPCODER_VSCODE names: an executable that takes VS Code's flags, as `test/vscode/code.mjs` does.
 */
import { runTests } from '@vscode/test-electron';
import { prepareCheckout } from '../../trainer/scripts/prepareCheckout.mjs';
import { buildSuite, root } from './support/buildSuite.mjs';
import { makeWorkspace } from './support/workspace.mjs';
import { helpFirst } from '../../trainer/scripts/helpFirst.mjs';

helpFirst(import.meta.filename);

await prepareCheckout();
const executable = process.env['DEEPCODER_VSCODE'];
const place = makeWorkspace();
try {
  await runTests({
    ...(executable === undefined ? { version: '1.100.3' } : { vscodeExecutablePath: executable }),
    extensionDevelopmentPath: root,
    extensionTestsPath: await buildSuite(),
    launchArgs: [
      place.workspace,
      '--disable-workspace-trust',
      `--user-data-dir=${place.userDataDir}`,
    ],
  });
} finally {
  place.remove();
}
