import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cutControls, violations } from '../support/accessibility.ts';
import { writeSyntheticRuns } from '../vscode/support/syntheticRuns.mjs';
import { whyNoWorkbench } from '../vscode/support/whyNoWorkbench.ts';
import { openWorkbench, PATIENCE, SOON, type OpenWorkbench } from './openWorkbench.ts';

const reason = whyNoWorkbench();

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
  describe.each(ZOOMS)('at %s', (_, window) => {
    let open: OpenWorkbench;
    let page: Page;
    let person: OpenWorkbench['person'];

    beforeAll(async () => {
      open = await openWorkbench({
        window,
        prepare: (workspace) =>
          writeSyntheticRuns(workspace, [
            { name: 'structured', steps: 200, seed: 1 },
            { name: 'token-level', steps: 150, seed: 2, brokenAt: 140, state: 'failed' },
          ]),
      });
      ({ page, person } = open);
    }, PATIENCE.timeout);

    afterAll(() => open.close(), PATIENCE.timeout);

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
      const matches = inspector.locator('.matches button');
      await matches.first().waitFor();
      const current = () => inspector.locator('.matches [aria-current]').textContent();
      const [first, second] = await matches.allTextContents();
      await inspector.getByRole('searchbox').press('Enter');
      await expect.poll(current, SOON).toBe(first);
      await inspector.getByRole('searchbox').press('F3');
      await expect.poll(current, SOON).toBe(second);
      await inspector.getByRole('searchbox').press('Shift+F3');
      await expect.poll(current, SOON).toBe(first);
      await inEveryTheme(inspector);
      await inspector.getByRole('button', { name: 'Keys' }).click();
      await inspector.getByRole('dialog', { name: 'Keys' }).waitFor();
      await inEveryTheme(inspector);
      await inspector.getByRole('button', { name: 'Close' }).click();
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
