import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../vscode/support/buildSuite.mjs';
import { whyNoWorkbench } from '../vscode/support/whyNoWorkbench.ts';
import { openWorkbench, PATIENCE, SOON, type OpenWorkbench } from './openWorkbench.ts';

const reason = whyNoWorkbench();

/** Two labels in prose: nobody acts here. */
const PROSE = `# Notes

Thought: what if the agent wrote its own tests?
Action: ask the others.
`;

/** What of a browser's window is used here. */
interface Styled {
  getComputedStyle: (element: unknown) => { color: string };
}

describe.skipIf(reason !== null)(reason ?? 'opening what is there', PATIENCE, () => {
  let open: OpenWorkbench;
  let page: Page;
  let person: OpenWorkbench['person'];

  beforeAll(async () => {
    const sample = readFileSync(path.join(root, 'media/sample/household.react'), 'utf8');
    open = await openWorkbench({
      prepare: (workspace) => {
        writeFileSync(path.join(workspace, 'session.log'), sample);
        writeFileSync(path.join(workspace, 'notes.md'), PROSE);
        writeFileSync(path.join(workspace, 'inspect.eval'), inspectLog());
        mkdirSync(path.join(workspace, 'configs'));
        writeFileSync(path.join(workspace, 'configs/other.yaml'), 'extends: quickstart\n');
      },
    });
    ({ page, person } = open);
  }, PATIENCE.timeout);

  afterAll(() => open.close(), PATIENCE.timeout);

  const item = (id: string) => page.locator(`[id="deepcoder.deepcoder.deepcoder.${id}"]`);
  const notices = () => page.locator('.notification-list-item').allTextContents();
  const textColours = () =>
    page.evaluate<number>(
      `new Set([...document.querySelectorAll('.editor-instance .view-line span span')].map((span) => getComputedStyle(span).color)).size`,
    );

  test('a page of prose is left in peace', async () => {
    await person.open('notes.md');
    await person.settle(2000);
    expect(await notices()).toEqual([]);
    expect(await item('format').count()).toBe(0);
  });

  test('a trajectory under a plain name is offered its colours once, and keeps them', async () => {
    await person.open('session.log');
    await expect.poll(() => item('format').textContent(), SOON).toMatch(/\?$/);
    const notice = page
      .locator('.notification-list-item')
      .filter({ hasText: 'session.log is a trajectory' });
    await notice.first().waitFor();
    await notice.getByText('Colour Its Spans').click();
    await expect.poll(textColours, SOON).toBeGreaterThanOrEqual(4);
    await expect.poll(() => item('format').textContent(), SOON).not.toMatch(/\?$/);
    await person.command('View: Close All Editors');
    await person.open('session.log');
    await expect.poll(textColours, SOON).toBeGreaterThanOrEqual(4);
    expect(await notices()).toEqual([]);
  });

  test('its format is in the status bar, and is changed there', async () => {
    await person.open('household.react');
    await expect.poll(() => item('format').textContent(), SOON).toMatch(/ReAct/);
    await item('format').click();
    await page.locator('.quick-input-widget input[type=text]').fill('none');
    await person.pick('no trajectory');
    await expect.poll(() => item('format').count(), SOON).toBe(0);
    await person.command('DeepCoder: Choose Trajectory Format');
    await person.pick('Detect');
    await expect.poll(() => item('format').textContent(), SOON).toMatch(/ReAct/);
  });

  test('a kind has one colour, in the text and in the inspector', async () => {
    const colourOf = (text: string) =>
      page.evaluate<string | undefined>(
        `[...document.querySelectorAll('.editor-instance .view-line span span')]
          .filter((span) => span.textContent.replaceAll('\u00a0', ' ').includes(${JSON.stringify(text)}))
          .map((span) => getComputedStyle(span).color).at(0)`,
      );
    const inText = await Promise.all(['usually in the cupboard', 'go to cupboard'].map(colourOf));
    await person.command('DeepCoder: Open Trajectory Inspector');
    const inspector = await person.webview('.record .span');
    const inInspector = await Promise.all(
      ['reasoning', 'action'].map((kind) =>
        inspector
          .locator(`.span[data-kind=${kind}] .kind`)
          .first()
          .evaluate((label) => (globalThis as unknown as Styled).getComputedStyle(label).color),
      ),
    );
    expect(inText).toEqual(inInspector);
    expect(new Set(inText).size).toBe(2);
    await person.command('View: Close Editor');
  });

  test('which config counts is beside it, and another can be chosen', async () => {
    await expect.poll(() => item('config').textContent(), SOON).toContain('deepcoder.yaml');
    await item('config').click();
    await person.pick('configs/other.yaml');
    await expect.poll(() => item('config').textContent(), SOON).toContain('other.yaml');
    await item('config').click();
    await person.pick('Nearest');
    await expect.poll(() => item('config').textContent(), SOON).toContain('deepcoder.yaml');
  });

  test('a log of Inspect opens in the inspector with a click', async () => {
    await person.command('File: Focus on Files Explorer');
    await page
      .locator('.explorer-folders-view .monaco-list-row')
      .filter({ hasText: 'inspect.eval' })
      .click();
    const inspector = await person.webview('.record .span');
    await expect.poll(() => inspector.locator('.record').textContent(), SOON).toContain('Paris');
  });
});

/** As Inspect writes a log: a header, and each sample in a file of its own. */
function inspectLog(): Uint8Array {
  const sample = {
    id: 1,
    epoch: 1,
    input: 'What is the capital of France?',
    target: 'Paris',
    messages: [
      { role: 'user', content: 'What is the capital of France?', source: 'input' },
      { role: 'assistant', content: 'The capital of France is Paris.', source: 'generate' },
    ],
    output: { model: 'mock/model', choices: [] },
    scores: { match: { value: 'C', answer: 'Paris' } },
  };
  const header = { version: 2, status: 'success', eval: { task: 'capitals', model: 'mock/model' } };
  const file = (value: unknown) => strToU8(JSON.stringify(value));
  return zipSync({ 'header.json': file(header), 'samples/1_epoch_1.json': file(sample) });
}
