import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasTerminals } from './prepareWorkbench.mjs';
import { buildSuite, root } from './support/buildSuite.mjs';
import { openChromium, runSuiteInPage } from './support/openPage.mjs';
import { startWorkbench } from './support/startWorkbench.mjs';
import { whyNoWorkbench } from './support/whyNoWorkbench.ts';
import { makeWorkspace } from './support/workspace.mjs';
import { WORKSPACE_NOT_READ } from './support/workspaceNotRead.ts';

const reason = whyNoWorkbench();

const PATIENCE = { timeout: 300_000 };

describe.skipIf(reason !== null)(reason ?? 'the suite in a real workbench', PATIENCE, () => {
  let browser: Browser;
  let tests: string;

  beforeAll(async () => {
    [browser, tests] = await Promise.all([openChromium(), buildSuite()]);
  }, PATIENCE.timeout);

  afterAll(() => browser.close());

  /** Runs one of the suites; what it printed is in the error when a test of it has failed. */
  async function runInWorkbench(suite: 'trusted' | 'restricted' | 'several'): Promise<void> {
    const place = makeWorkspace();
    if (suite === 'restricted') nameForeignPrograms(place.workspace);
    const folder = suite === 'several' ? severalFolders(place) : place.workspace;
    const workbench = await startWorkbench({
      userDataDir: place.userDataDir,
      trusted: suite !== 'restricted',
      env: { DEEPCODER_SUITE: suite, ...(hasTerminals() ? {} : { DEEPCODER_NO_TERMINALS: '1' }) },
    });
    const url = workbench.url({ folder, extension: root, tests });
    const inNewWindow = async () => {
      const lines: string[] = [];
      const exitCode = await runSuiteInPage(browser, url, (line) => void lines.push(line));
      return { exitCode, said: lines.join('\n') };
    };
    try {
      let { exitCode, said } = await inNewWindow();
      for (let tries = 1; tries < 3 && said.includes(WORKSPACE_NOT_READ); tries++)
        ({ exitCode, said } = await inNewWindow());
      if (exitCode !== 0) expect.fail(said);
      // A suite in which nothing ran has not passed.
      expect(said).toMatch(/[1-9]\d* passing/);
    } finally {
      await workbench.close();
      place.remove();
    }
  }

  test('in a trusted workspace', PATIENCE, () => runInWorkbench('trusted'));

  test('in restricted mode', PATIENCE, () => runInWorkbench('restricted'));

  test('in a workspace of several folders', PATIENCE, () => runInWorkbench('several'));
});

/** Settings of a workspace that nobody has trusted yet. */
function nameForeignPrograms(workspace: string): void {
  mkdirSync(path.join(workspace, '.vscode'));
  const settings = {
    'deepcoder.trainer.programPath': '/tmp/foreign.mjs',
    'deepcoder.trainer.nodePath': '/tmp/foreign-node',
  };
  writeFileSync(path.join(workspace, '.vscode/settings.json'), JSON.stringify(settings));
}

/** The sample twice, as one workspace. */
function severalFolders({ folder, workspace }: { folder: string; workspace: string }): string {
  cpSync(workspace, path.join(folder, 'other'), { recursive: true });
  const file = path.join(folder, 'both.code-workspace');
  writeFileSync(file, JSON.stringify({ folders: [{ path: 'sample' }, { path: 'other' }] }));
  return file;
}
