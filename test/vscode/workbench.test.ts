import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { buildSuite, root } from './support/buildSuite.mjs';
import { openChromium, runSuiteInPage } from './support/openPage.mjs';
import { startWorkbench } from './support/startWorkbench.mjs';
import { whyNoWorkbench } from './support/whyNoWorkbench.ts';
import { makeWorkspace } from './support/workspace.mjs';

const reason = whyNoWorkbench();

describe.skipIf(reason !== null)(reason ?? 'the suite in a real workbench', () => {
  let browser: Browser;
  const place = makeWorkspace();

  beforeAll(async () => {
    browser = await openChromium();
  });

  afterAll(async () => {
    await browser.close();
    place.remove();
  });

  test('every test of test/vscode/suite passes', { timeout: 300_000 }, async () => {
    const tests = await buildSuite();
    const workbench = await startWorkbench({ userDataDir: place.userDataDir });
    const lines: string[] = [];
    try {
      const url = workbench.url({ folder: place.workspace, extension: root, tests });
      const exitCode = await runSuiteInPage(browser, url, (line) => void lines.push(line));
      expect({ exitCode, lines: exitCode === 0 ? [] : lines }).toEqual({ exitCode: 0, lines: [] });
      // A suite in which nothing ran has not passed.
      expect(lines.join('\n')).toMatch(/[1-9]\d* passing/);
    } finally {
      await workbench.close();
    }
  });
});
