import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { whyNoWorkbench } from '../vscode/support/whyNoWorkbench.ts';
import { openWorkbench, PATIENCE, SOON, type OpenWorkbench } from './openWorkbench.ts';

const reason = whyNoWorkbench();

/** A misspelt key, and data that is not there. */
const BROKEN = `extends: quickstart
data: {train: [nowhere.jsonl]}
train:
  stepz: 4
`;

describe.skipIf(reason !== null)(reason ?? 'from a config to a run', PATIENCE, () => {
  let open: OpenWorkbench;
  let page: Page;
  let person: OpenWorkbench['person'];

  beforeAll(async () => {
    open = await openWorkbench({
      prepare: (workspace) => writeFileSync(path.join(workspace, 'broken.deepcoder.yaml'), BROKEN),
    });
    ({ page, person } = open);
  }, PATIENCE.timeout);

  afterAll(() => open.close(), PATIENCE.timeout);

  afterEach(async () => {
    await person.closeNotifications();
    await person.command('View: Revert and Close Editor');
    await person.command('View: Close All Editors');
  }, PATIENCE.timeout);

  const notice = (text: string | RegExp) =>
    page.locator('.notification-list-item').filter({ hasText: text }).first();
  const tabs = () => page.locator('.tab').allTextContents();
  const focusedText = () => page.locator('.editor-instance .monaco-editor.focused').textContent();

  test('New Config, then Run Train: the config is saved, stays open and keeps the focus', async () => {
    await person.command('DeepCoder: New Config');
    await person.pick('quickstart');
    await expect.poll(tabs, SOON).toEqual([expect.stringContaining('deepcoder-2.yaml')]);
    await person.command('DeepCoder: Run Train');
    await notice('Saved as deepcoder-2.yaml').waitFor();
    expect(existsSync(path.join(open.workspace, 'deepcoder-2.yaml'))).toBe(true);
    await person.webview('[data-chart="loss"]');
    expect(await tabs()).toEqual([
      expect.stringContaining('deepcoder-2.yaml'),
      expect.stringContaining('quickstart'),
    ]);
    expect(await focusedText()).toContain('quickstart');
    await person.command('DeepCoder: Stop Run');
  });

  test('a refusal tells how much is wrong and what first, and leads there', async () => {
    await person.open('broken.deepcoder.yaml');
    await person.command('DeepCoder: Run Train');
    await notice(/broken\.deepcoder\.yaml has 2 problems; the first \(line 4\): .*stepz/).waitFor();
    await notice('has 2 problems').getByText('Show Problems').click();
    await expect.poll(() => person.line(), SOON).toBe(4);
    const problems = page.locator('.markers-panel .monaco-list-row');
    await expect
      .poll(() => problems.allTextContents(), SOON)
      .toEqual(
        expect.arrayContaining([
          expect.stringContaining('stepz'),
          expect.stringMatching(/nowhere\.jsonl does not exist/),
        ]),
      );
    await person.command('View: Hide Panel');
  });

  test('a preset that needs data leads to a config of its own', async () => {
    await person.command('DeepCoder: Run Train');
    await person.pick('fast');
    await notice(/fast.*data\.train/).waitFor();
    await notice('data.train').getByText('New Config from This Preset').click();
    await expect.poll(open.text, SOON).toContain('extends: fast');
  });
});

describe.skipIf(reason !== null)(reason ?? 'without a folder', PATIENCE, () => {
  test('a preset asks where its run is kept', async () => {
    const open = await openWorkbench({ hasFolder: false });
    try {
      await open.person.command('DeepCoder: Run Train');
      await open.person.pick('quickstart');
      const dialog = open.page.locator('.quick-input-widget');
      await expect
        .poll(() => dialog.textContent(), SOON)
        .toContain('In which folder are the runs kept?');
      await open.page.keyboard.press('Escape');
      await open.person.settle(1000);
      expect(await open.page.locator('.tab').count()).toBe(0);
    } finally {
      await open.close();
    }
  });
});
