import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violations } from '../support/accessibility.ts';
import { root } from '../vscode/support/buildSuite.mjs';
import { whyNoWorkbench } from '../vscode/support/whyNoWorkbench.ts';
import {
  ENDLESS_CONFIG,
  openWorkbench,
  PATIENCE,
  SOON,
  type OpenWorkbench,
} from './openWorkbench.ts';

const reason = whyNoWorkbench();

describe.skipIf(reason !== null)(reason ?? 'a person in the editor', PATIENCE, () => {
  let open: OpenWorkbench;
  let page: Page;
  let person: OpenWorkbench['person'];

  beforeAll(async () => {
    open = await openWorkbench({
      prepare: (workspace) => {
        writeFileSync(path.join(workspace, 'deepcoder.yaml'), ENDLESS_CONFIG);
      },
    });
    ({ page, person } = open);
  }, PATIENCE.timeout);

  afterAll(() => open.close(), PATIENCE.timeout);

  /** Distinct colours of the text in the active editor. */
  const textColours = () =>
    page.evaluate<number>(
      `new Set([...document.querySelectorAll('.editor-instance .view-line span span')].map((span) => getComputedStyle(span).color)).size`,
    );

  const squiggles = () => page.locator('.editor-instance .squiggly-error').count();

  test('opens a trajectory and sees coloured spans', async () => {
    await person.open('household.react');
    await expect.poll(textColours, SOON).toBeGreaterThanOrEqual(4);
  });

  test('breaks a config, sees the squiggle, takes the fix', async () => {
    await person.open('deepcoder.yaml');
    await page.keyboard.press('Control+End');
    // Typed key by key, completion would put the word right.
    await page.keyboard.insertText('weihgts: {reasoning: 1.0}');
    await expect.poll(squiggles, SOON).toBe(1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Home');
    await person.quickFix('Rename to weights');
    await expect.poll(squiggles, SOON).toBe(0);
    expect(await page.locator('.view-lines').textContent()).toContain('weights:');
  });

  test('runs Train from the palette and watches the curve move', async () => {
    await person.command('DeepCoder: Run Train');
    const panel = await person.webview('[data-chart="loss"]');
    const first = await shownStep(panel);
    await expect.poll(() => shownStep(panel), SOON).toBeGreaterThan(first + 2);
    await expect
      .poll(() => page.locator('#deepcoder\\.run, .statusbar-item').allTextContents(), SOON)
      .toEqual(expect.arrayContaining([expect.stringMatching(/tiny.*loss/)]));
    expect(await violations(panel)).toEqual([]);
  });

  test('reloads the window and finds the run again', async () => {
    await person.reload();
    const panel = await person.webview('[data-chart="loss"]');
    const first = await shownStep(panel);
    await expect.poll(() => shownStep(panel), SOON).toBeGreaterThan(first);
    await person.command('View: Show DeepCoder');
    await page.locator('.pane-body .monaco-list-row').filter({ hasText: 'tiny' }).waitFor();
  });

  test('stops it', async () => {
    await person.command('DeepCoder: Stop Run');
    const row = page.locator('.pane-body .monaco-list-row').filter({ hasText: 'tiny' });
    await expect.poll(() => row.textContent(), SOON).toContain('stopped');
    const panel = await person.webview('[data-chart="loss"]');
    await expect.poll(() => panel.locator('.state').first().textContent(), SOON).toBe('stopped');
  });

  test('opens the inspector on a file of 200 MB', async () => {
    const file = path.join(open.workspace, 'large.traj.jsonl');
    const line = readFileSync(path.join(root, 'media/sample/tools.traj.jsonl'), 'utf8');
    const chunk = line.repeat(Math.ceil(4_000_000 / line.length));
    for (let written = 0; written < 200_000_000; written += chunk.length)
      appendFileSync(file, chunk);
    await person.openWith('large.traj.jsonl', 'Trajectory Inspector');
    const inspector = await person.webview('.record .span');
    await expect.poll(() => inspector.locator('.file').textContent(), SOON).toMatch(/19\d\sMiB$/);
    expect(await inspector.locator('.record .span').count()).toBeGreaterThan(5);
    expect(await violations(inspector)).toEqual([]);
  });
});

/** The step of the newest value that the page's head tells. */
async function shownStep(panel: Frame): Promise<number> {
  const facts = await panel.locator('.facts').first().textContent();
  return Number(/(\d[\d\s]*) of/.exec(facts ?? '')?.[1]?.replaceAll(/\s/g, '') ?? Number.NaN);
}
