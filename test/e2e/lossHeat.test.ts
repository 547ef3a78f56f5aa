import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, deepcoderIn } from '../support/deepcoderProgram.ts';
import { whyNoWorkbench } from '../vscode/support/whyNoWorkbench.ts';
import {
  BRIEF_CONFIG,
  openWorkbench,
  PATIENCE,
  SOON,
  type OpenWorkbench,
} from './openWorkbench.ts';

const reason = whyNoWorkbench();

describe.skipIf(reason !== null)(reason ?? 'loss heat', PATIENCE, () => {
  let open: OpenWorkbench;
  let page: Page;
  let person: OpenWorkbench['person'];

  beforeAll(async () => {
    await buildProgram();
    open = await openWorkbench({
      prepare: (workspace) => {
        writeFileSync(path.join(workspace, 'deepcoder.yaml'), BRIEF_CONFIG);
      },
    });
    ({ page, person } = open);
  }, PATIENCE.timeout);

  afterAll(() => open.close(), PATIENCE.timeout);

  /** Texts in the editor that are drawn with this style of underline. */
  const underlined = (style: string) =>
    page.evaluate<string[]>(
      `[...document.querySelectorAll('.editor-instance .view-line span span')]
        .filter((span) => getComputedStyle(span).textDecorationLine === 'underline')
        .filter((span) => getComputedStyle(span).textDecorationStyle === ${JSON.stringify(style)})
        .map((span) => span.textContent.replaceAll('\\u00a0', ' '))`,
    );
  const wavy = async () => (await underlined('wavy')).join('|');
  /** Where the first token stands that is drawn so. */
  const middleOfWavy = () =>
    page.evaluate<[number, number]>(
      `(() => {
        const spans = [...document.querySelectorAll('.editor-instance .view-line span span')];
        const found = spans.find((span) => getComputedStyle(span).textDecorationStyle === 'wavy');
        const { left, top, width, height } = found.getBoundingClientRect();
        return [left + width / 2, top + height / 2];
      })()`,
    );

  test('says that there is no run yet', async () => {
    await person.open('household.react');
    await page.locator('.editor-instance .codelens-decoration').first().waitFor();
    await person.command('DeepCoder: Show Loss Heat');
    const toast = page
      .locator('.notification-toast')
      .filter({ hasText: 'no run with a checkpoint' });
    await toast.first().waitFor();
    await person.command('Notifications: Clear All Notifications');
    expect(await wavy()).toBe('');
  });

  test('shows how badly an untrained student predicts what the agent says', async () => {
    const trained = await deepcoderIn(open.workspace).run('train', 'deepcoder.yaml');
    expect(trained).toMatchObject({ code: 0 });
    await person.open('household.react');
    await person.command('DeepCoder: Show Loss Heat');
    await expect.poll(wavy, SOON).toContain('mug');
    // What the environment says is not learnt, so it is not told.
    expect(await wavy()).not.toContain('Observation');
  });

  test('a token tells its loss, its probability and the teacher’s agreement', async () => {
    const said = page.locator('.monaco-hover-content').filter({ hasText: 'nats' });
    await expect
      .poll(async () => {
        await page.mouse.move(5, 5);
        const [x, y] = await middleOfWavy();
        await page.mouse.move(x - 3, y);
        await page.mouse.move(x, y);
        await page.waitForTimeout(1500);
        return said.count();
      }, SOON)
      .toBeGreaterThan(0);
    const text = (await said.first().textContent())!.replaceAll('\u00a0', ' ');
    expect(text).toMatch(/loss \d+\.\d{3} nats · probability \d[\d.e+-]* %/);
    expect(text).toMatch(/agrees with the teacher to \d[\d.e+-]* %/);
  });

  test('follows what is written, and is gone when it is asked for again', async () => {
    await page.mouse.move(5, 5);
    await person.goToLine(4);
    await page.keyboard.press('End');
    await page.keyboard.insertText(' spoon at sofa');
    await expect.poll(wavy, SOON).toContain('sofa');
    await person.command('DeepCoder: Show Loss Heat');
    await expect.poll(wavy, SOON).toBe('');
    await person.command('File: Revert File');
  });

  test('the inspector shows the same', async () => {
    await person.command('DeepCoder: Open Trajectory Inspector');
    const inspector = await person.webview('.modes');
    await inspector.getByRole('button', { name: 'Loss heat' }).click();
    await inspector.locator('.heat-legend').waitFor();
    await expect
      .poll(() => inspector.locator('.tokens > [data-heat="4"]').count(), SOON)
      .toBeGreaterThan(20);
    const title = await inspector
      .locator('.tokens > [data-heat="4"]')
      .first()
      .getAttribute('title');
    expect(title).toMatch(/loss \d+\.\d{3} nats, probability/);
  });
});
