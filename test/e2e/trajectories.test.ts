import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../vscode/support/buildSuite.mjs';
import { whyNoWorkbench } from '../vscode/support/whyNoWorkbench.ts';
import { openWorkbench, PATIENCE, SOON, type OpenWorkbench } from './openWorkbench.ts';

const reason = whyNoWorkbench();

describe.skipIf(reason !== null)(reason ?? 'trajectories, by hand', PATIENCE, () => {
  let open: OpenWorkbench;

  beforeAll(async () => {
    open = await openWorkbench();
  }, PATIENCE.timeout);

  afterAll(() => open.close(), PATIENCE.timeout);

  const lenses = () => open.page.locator('.editor-instance .codelens-decoration').count();

  test('Choose Trajectory Format reads the text as something else, and as it was', async () => {
    const { person, page } = open;
    await person.open('household.react');
    await expect.poll(lenses, SOON).toBeGreaterThan(0);
    await person.command('DeepCoder: Choose Trajectory Format');
    const input = page.locator('.quick-input-widget input[type=text]');
    await expect
      .poll(() => input.getAttribute('placeholder'), SOON)
      .toMatch(/^Now .*Read it as what\?$/);
    await input.fill('no trajectory');
    await person.pick('none');
    await expect.poll(lenses, SOON).toBe(0);
    await person.command('DeepCoder: Choose Trajectory Format');
    await person.pick('Detect');
    await expect.poll(lenses, SOON).toBeGreaterThan(0);
  });

  test('Relabel Selection on a whole line changes its label', async () => {
    const { person, page, text } = open;
    await person.open('household.react');
    await person.goToLine(4);
    await page.keyboard.press('Control+L');
    await person.command('DeepCoder: Relabel Selection');
    await person.pick('observation');
    await expect.poll(text, SOON).toMatch(/Observation 1: A mug is usually/);
    expect(await text()).not.toContain('Thought 1');
    await person.command('File: Revert File');
    await person.command('View: Close All Editors');
  });

  test('the inspector is read by keys alone', async () => {
    const { person, page } = open;
    await person.openWith('tools.traj.jsonl', 'Trajectory Inspector');
    const inspector = await person.webview('.record .span');
    const record = () => inspector.locator('.record-head h2').textContent();
    const focused = () =>
      inspector.evaluate<string | null>("document.activeElement?.getAttribute('aria-label')");
    const chosen = () => inspector.locator('.option[aria-selected="true"]').textContent();
    await inspector.locator('.record-head').click();
    await expect.poll(record, SOON).toBe('orders-1');
    await expect.poll(chosen, SOON).toContain('orders-1');

    await page.keyboard.press('n');
    await expect.poll(record, SOON).toBe('orders-2');
    await expect.poll(chosen, SOON).toContain('orders-2');
    await page.keyboard.press('n');
    await page.keyboard.press('p');
    await expect.poll(record, SOON).toBe('orders-1');

    await page.keyboard.press('j');
    expect(await focused()).toMatch(/^system/);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await focused()).toMatch(/^reasoning/);
    await page.keyboard.press('Shift+J');
    expect(await focused()).toMatch(/^reasoning/);
    await page.keyboard.press('k');
    expect(await focused()).not.toMatch(/^reasoning/);
    const folded = () => inspector.locator('.record .fold[aria-expanded="false"]').count();
    await page.keyboard.press('f');
    await expect.poll(folded, SOON).toBe(1);

    await page.keyboard.press('/');
    // Entered before the matches are there, and even if those of its first letters are.
    await page.keyboard.type('order');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    const match = () =>
      inspector.evaluate<number>(
        "[...document.querySelectorAll('.matches button')].findIndex((one) => one.hasAttribute('aria-current'))",
      );
    await expect.poll(match, SOON).toBe(1);
    expect(await focused()).toBe('Search all records');
    await page.keyboard.press('Shift+Enter');
    expect(await match()).toBe(0);
    await inspector.locator('.record-head').click();
    await page.keyboard.press('F3');
    await expect.poll(focused, SOON).toMatch(/^task/);
    expect(await match()).toBe(1);

    const raw = inspector.getByRole('button', { name: 'Raw' });
    expect(await raw.getAttribute('aria-pressed')).toBe('false');
    await page.keyboard.press('r');
    await expect.poll(() => raw.getAttribute('aria-pressed'), SOON).toBe('true');
    await page.keyboard.press('r');

    await inspector.locator('.virtual-list').focus();
    await page.keyboard.press('End');
    await expect.poll(record, SOON).toBe('orders-2');
    await page.keyboard.press('ArrowUp');
    await expect.poll(record, SOON).toBe('orders-1');
    await person.command('View: Close All Editors');
  });

  test('the inspector shows pictures, those beside the file and those in it', async () => {
    const { person, workspace } = open;
    const icon = path.join(root, 'media/icon.png');
    cpSync(icon, path.join(workspace, 'shot.png'));
    const url = `data:image/png;base64,${readFileSync(icon).toString('base64')}`;
    const messages = [
      { role: 'user', content: 'What is on the screen?' },
      {
        role: 'assistant',
        content: 'I look.',
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":"screen"}' } },
        ],
      },
      {
        role: 'tool',
        tool_call_id: 'c1',
        content: [
          { type: 'text', text: 'saved as shot.png' },
          { type: 'image_url', image_url: { url } },
        ],
      },
      { role: 'assistant', content: 'An icon.' },
    ];
    writeFileSync(path.join(workspace, 'seen.traj.jsonl'), `${JSON.stringify({ messages })}\n`);
    await person.openWith('seen.traj.jsonl', 'Trajectory Inspector');
    const inspector = await person.webview('.record [data-kind="observation"] img');
    const widths = () =>
      inspector.evaluate<number[]>(
        `[...document.querySelectorAll('[data-kind="observation"] img')].map((image) => image.naturalWidth)`,
      );
    await expect.poll(widths, SOON).toEqual([256, 256]);
    await person.command('View: Close All Editors');
  });

  test('Create Sample Workspace copies the sample and opens it, also beside another', async () => {
    const { person, page, folder } = open;
    const parent = path.join(folder, 'mine');
    mkdirSync(path.join(parent, 'deepcoder-sample'), { recursive: true });
    await person.command('DeepCoder: Create Sample Workspace');
    const dialog = page.locator('.quick-input-widget');
    const row = (text: string) => dialog.locator('.monaco-list-row').filter({ hasText: text });
    // The dialog writes its own folder into the field once it has read it, over what stands there.
    await row('..').waitFor();
    const isOpened = async () => {
      await dialog.locator('input[type=text]').fill(`${parent}/`, { timeout: 5000 });
      await row('deepcoder-sample').waitFor({ timeout: 5000 });
      await dialog.getByText('Create Sample Here').click({ timeout: 5000 });
      await page.waitForURL(/deepcoder-sample-2/, { timeout: 20_000 });
    };
    await expect
      .poll(
        () =>
          isOpened().then(
            () => true,
            () => false,
          ),
        SOON,
      )
      .toBe(true);
    expect(readdirSync(path.join(parent, 'deepcoder-sample-2')).sort()).toEqual([
      'deepcoder.yaml',
      'household.react',
      'tools.traj.jsonl',
    ]);
  });
});
