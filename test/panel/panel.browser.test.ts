import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { webviewBuild } from '../../client/clientBuild.mjs';
import { openBrowser, whyNoBrowser } from '../support/browser.ts';
import { PATIENCE } from './openReports.ts';

const noBrowser = whyNoBrowser();

/** A run as the extension tells of it. */
const head = (state: string, step: number) => ({
  ...{ id: '/runs/a', name: 'a', state, error: null, config: 'a: 1\n' },
  facts: [{ label: 'Step', value: `${step} of 100` }],
  ...{ play: [], episodes: [], problems: [] },
});

describe.skipIf(noBrowser !== null)(noBrowser ?? 'the pages of the editor', PATIENCE, () => {
  let browser: Browser;
  const scripts = new Map<string, string>();

  beforeAll(async () => {
    const { outputFiles } = await build({
      ...webviewBuild,
      entryPoints: { ...webviewBuild.entryPoints },
      target: [...webviewBuild.target],
      plugins: [...webviewBuild.plugins],
      write: false,
    });
    for (const { path, text } of outputFiles) scripts.set(/[^/\\]+$/.exec(path)![0], text);
    browser = await openBrowser();
  }, PATIENCE.timeout);

  afterAll(() => browser.close());

  /** A page with its script and an editor that keeps what it is told. */
  async function openPage(name: 'panel' | 'inspector'): Promise<Page> {
    const page = await browser.newPage();
    await page.setContent('<div id="page"></div>');
    await page.addScriptTag({
      content: `window.told = [];
        window.acquireVsCodeApi = () => ({
          postMessage: (message) => void told.push(message), getState: () => undefined, setState: () => undefined,
        });`,
    });
    await page.addScriptTag({ content: scripts.get(`${name}.js`)! });
    return page;
  }

  const say = (page: Page, message: object) =>
    page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`);
  const focused = (page: Page) => page.evaluate('document.activeElement?.textContent');

  test('what has the focus keeps it while a run goes on, and hands it on when it changes', async () => {
    const page = await openPage('panel');
    await say(page, { type: 'runs', runs: [head('running', 1)] });
    await page.getByRole('button', { name: 'Pause' }).focus();
    await page.evaluate('window.pause = document.activeElement');
    for (const step of [2, 3]) {
      await say(page, { type: 'runs', runs: [head('running', step)] });
      await page.getByText(`${step} of 100`).waitFor();
      expect(await page.evaluate('document.activeElement === pause')).toBe(true);
    }
    await say(page, { type: 'runs', runs: [head('paused', 3)] });
    await page.getByRole('button', { name: 'Continue' }).waitFor();
    expect(await focused(page)).toBe('Continue');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('told.at(-1)')).toMatchObject({ command: 'continue' });
    await page.getByRole('button', { name: 'Stop' }).focus();
    await say(page, { type: 'runs', runs: [head('finished', 100)] });
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('Compare…');
    await page.close();
  });

  test('a question that is refused is said where its answer was waited for', async () => {
    const page = await openPage('inspector');
    const asked = async (question: string) => {
      const found = `told.findLast(({ question }) => question === '${question}')`;
      return (await (await page.waitForFunction(found)).jsonValue()) as { id: number };
    };
    const refuse = ({ id }: { id: number }, message: string) =>
      say(page, { type: 'refusal', id, message });
    const byKind = {};
    const file = { name: 'a.jsonl', title: 'T', reason: '', size: 9, bytes: 9, records: 1, byKind };
    const choices = { hidden: [], folded: [], raw: false };
    await say(page, { type: 'file', file: { ...file, complete: true }, choices, reveal: null });
    await refuse(await asked('record'), 'the file is gone');
    await page.getByText('the file is gone').waitFor();
    await page.getByRole('searchbox').fill('x');
    await page.getByText('Searching …').waitFor();
    await refuse(await asked('search'), 'the server has ended');
    await page.getByText('The search broke off: the server has ended').waitFor();
    expect(await page.getByText('Searching …').count()).toBe(0);
    await page.close();
  });
});
