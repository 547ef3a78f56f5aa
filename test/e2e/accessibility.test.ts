import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cutControls, violations } from '../support/accessibility.ts';
import { root } from '../vscode/support/buildSuite.mjs';
import { openChromium } from '../vscode/support/openPage.mjs';
import { startWorkbench } from '../vscode/support/startWorkbench.mjs';
import { writeSyntheticRuns } from '../vscode/support/syntheticRuns.mjs';
import { whyNoWorkbench } from '../vscode/support/whyNoWorkbench.ts';
import { workbenchPage } from '../vscode/support/workbenchPage.mjs';
import { makeWorkspace } from '../vscode/support/workspace.mjs';

const reason = whyNoWorkbench();

// A busy machine is slow; nothing here measures it.
const PATIENCE = { timeout: 240_000 };
const SOON = { timeout: 90_000 };

/** Themes by their names, with the class that VS Code gives to the body of a page in them. */
const THEMES = [
  ['Dark Modern', 'vscode-dark'],
  ['Light Modern', 'vscode-light'],
  ['Dark High Contrast', 'vscode-high-contrast'],
  ['Light High Contrast', 'vscode-high-contrast-light'],
] as const;

/** One window; a browser's zoom leaves half the width to a page, and every pixel becomes four. */
const ZOOMS = [
  ['100 %', { viewport: { width: 1400, height: 900 } }],
  ['200 %', { viewport: { width: 700, height: 450 }, deviceScaleFactor: 2 }],
] as const;

describe.skipIf(reason !== null)(reason ?? 'webviews for everyone', PATIENCE, () => {
  const place = makeWorkspace();
  let browser: Browser;
  let server: Awaited<ReturnType<typeof startWorkbench>>;

  beforeAll(async () => {
    await writeSyntheticRuns(place.workspace, [
      { name: 'structured', steps: 200, seed: 1 },
      { name: 'token-level', steps: 150, seed: 2, brokenAt: 140, state: 'failed' },
    ]);
    server = await startWorkbench({ userDataDir: place.userDataDir });
    browser = await openChromium();
  }, PATIENCE.timeout);

  afterAll(async () => {
    await browser.close();
    await server.close();
    place.remove();
  }, PATIENCE.timeout);

  describe.each(ZOOMS)('at %s', (_, options) => {
    let page: Page;
    let person: ReturnType<typeof workbenchPage>;

    beforeAll(async () => {
      page = await browser.newPage(options);
      page.setDefaultTimeout(SOON.timeout);
      person = workbenchPage(page);
      const url = server.url({ folder: place.workspace, extension: root });
      await page.goto(url, { timeout: 180_000 });
      await person.ready();
    }, PATIENCE.timeout);

    afterAll(() => page.close(), PATIENCE.timeout);

    /** Looks at a page in every theme, which it takes over while it is open. */
    async function inEveryTheme(frame: Frame): Promise<void> {
      for (const [name, bodyClass] of THEMES) {
        await person.command('Preferences: Color Theme');
        await page.locator('.quick-input-widget input[type=text]').fill(name);
        await person.pick(name);
        await expect
          .poll(() => frame.evaluate<string>('document.body.className'), SOON)
          .toMatch(new RegExp(`(^| )${bodyClass}( |$)`));
        expect(await violations(frame), name).toEqual([]);
      }
      expect(await cutControls(frame)).toEqual([]);
    }

    test('the metrics of two runs, with all that can be opened', PATIENCE, async () => {
      await person.command('DeepCoder: Compare Runs');
      await person.pick('structured');
      await person.pick('token-level');
      await page.keyboard.press('Enter');
      const panel = await person.webview('.runs-table');
      // It is drawn when it comes into sight.
      await panel.locator('[data-chart="loss"]').scrollIntoViewIfNeeded();
      await panel.locator('[data-chart="loss"] canvas').waitFor();
      await panel.evaluate(
        "for (const one of document.querySelectorAll('details')) one.open = true",
      );
      await inEveryTheme(panel);
      await person.command('View: Close All Editors');
    });

    test('the inspector, with a search', PATIENCE, async () => {
      await person.openWith('tools.traj.jsonl', 'Trajectory Inspector');
      const inspector = await person.webview('.record .span');
      await expect.poll(() => inspector.locator('[aria-selected="true"]').count(), SOON).toBe(1);
      await inspector.getByRole('searchbox').fill('order');
      await inspector.locator('.matches button').first().waitFor();
      await inEveryTheme(inspector);
      await person.command('View: Close All Editors');
    });

    test('the tokens of a record', PATIENCE, async () => {
      await person.openWith('household.react', 'Trajectory Inspector');
      const inspector = await person.webview('.record .span');
      await inspector.getByRole('button', { name: 'Tokens' }).click();
      await inspector.locator('.tokens .token').first().waitFor();
      await inEveryTheme(inspector);
      await person.command('View: Close All Editors');
    });
  });
});
