import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeReport } from '../../trainer/src/report/writeReport.ts';
import { openBrowser, whyNoBrowser } from '../support/browser.ts';
import { panelAssets } from '../support/panelAssets.ts';
import { writeSyntheticRun } from '../support/syntheticRun.ts';

const noBrowser = whyNoBrowser();

// A browser on a busy machine can take its time; nothing here measures it.
const PATIENCE = { timeout: 120_000 };
const SOON = { timeout: 15_000 };

describe.skipIf(noBrowser !== null)(noBrowser ?? 'a report in a browser', PATIENCE, () => {
  let dir: string;
  let browser: Browser;
  const reports = { one: '', two: '', hostile: '', long: '' };

  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'deepcoder-report-'));
    const assets = await panelAssets();
    const run = writeSyntheticRun(dir, { name: 'first', steps: 300, seed: 1, brokenAt: 120 });
    const other = writeSyntheticRun(dir, { name: 'second', steps: 200, seed: 2 });
    const hostile = writeSyntheticRun(dir, { name: 'hostile', steps: 5, seed: 3 });
    const runFile = readFileSync(path.join(hostile, 'run.json'), 'utf8');
    const attack = '</script><script>window.hacked = 1</script><img src=x onerror=hacked=2>';
    await writeFile(
      path.join(hostile, 'run.json'),
      runFile.replace('"name": "hostile"', `"name": ${JSON.stringify(attack)}`),
    );
    reports.one = await writeReport(run, { assets });
    reports.two = await writeReport(run, {
      assets,
      others: [other],
      file: path.join(dir, 'two.html'),
    });
    reports.hostile = await writeReport(hostile, { assets });
    const long = writeSyntheticRun(dir, { name: 'long', steps: 12_000, seed: 4 });
    reports.long = await writeReport(long, { assets });
    browser = await openBrowser();
  }, PATIENCE.timeout);

  afterAll(async () => {
    await browser.close();
    await rm(dir, { recursive: true });
  });

  /** Opens a report, lets it be used, and checks that nothing was fetched or went wrong. */
  async function withPage(
    file: string,
    use: (page: Page) => Promise<void>,
    options: BrowserContextOptions = {},
  ): Promise<void> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
    const trouble: string[] = [];
    page.on('console', (message) => trouble.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
    const url = pathToFileURL(file).href;
    page.on('request', (request) => {
      // The worker that the page carries along is no request to anywhere.
      if (request.url() !== url && !request.url().startsWith('blob:null/'))
        trouble.push(`request: ${request.url()}`);
    });
    try {
      await page.goto(url);
      await use(page);
      expect(trouble).toEqual([]);
    } finally {
      await page.close();
    }
  }

  const chart = (page: Page, id: string) => page.locator(`[data-chart="${id}"]`);

  /** How many pixels inside a chart's plot are of a strong colour, which axes and grid are not. */
  async function colouredPixels(page: Page, id: string): Promise<number> {
    const canvas = chart(page, id).locator('canvas');
    // It is made when it comes into sight.
    await chart(page, id).scrollIntoViewIfNeeded();
    await canvas.waitFor();
    // Two frames: uPlot draws in a microtask after a change, the observer of what is seen in a frame.
    await page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    );
    return page.evaluate<number>(
      `(${COUNT_COLOURED})(document.querySelector('[data-chart="${id}"] canvas'))`,
    );
  }

  test('draws every chart and shows the other sections', async () => {
    await withPage(reports.one, async (page) => {
      const charts = await page.locator('[data-chart]').all();
      const ids = await Promise.all(charts.map((one) => one.getAttribute('data-chart')));
      expect(ids).toEqual(
        expect.arrayContaining(['loss', 'divergence', 'cross_entropy', 'weight', 'play/success']),
      );
      for (const one of charts) {
        await one.scrollIntoViewIfNeeded();
        await one.locator('canvas').waitFor();
      }
      expect(await colouredPixels(page, 'loss')).toBeGreaterThan(300);
      expect(await colouredPixels(page, 'weight')).toBeGreaterThan(300);
      expect(await chart(page, 'loss').locator('.notes').textContent()).toContain(
        '3 values are not finite',
      );
      expect(await page.locator('.play tbody tr').count()).toBe(4);
      expect(await page.locator('#success .lead').textContent()).toContain('The student solves');
      const kinds = page.locator('.episode').first().locator('.kind');
      expect(new Set(await kinds.allTextContents())).toEqual(
        new Set(['task', 'observation', 'reasoning', 'action']),
      );
      expect(await page.locator('#config code').textContent()).toContain('hidden_size: 128');
    });
  });

  test('a line is switched off and on again', async () => {
    await withPage(reports.one, async (page) => {
      const button = chart(page, 'weight').getByRole('button', { name: /^reasoning/ });
      const both = await colouredPixels(page, 'weight');
      await button.click();
      expect(await button.getAttribute('aria-pressed')).toBe('false');
      expect(await colouredPixels(page, 'weight')).toBeLessThan(0.7 * both);
      await button.click();
      expect(await button.getAttribute('aria-pressed')).toBe('true');
      expect(await colouredPixels(page, 'weight')).toBe(both);
    });
  });

  test('pointing at one chart points at the same place in the others', async () => {
    await withPage(reports.one, async (page) => {
      const over = chart(page, 'loss').locator('.u-over');
      await over.scrollIntoViewIfNeeded();
      const box = (await over.boundingBox())!;
      await page.mouse.move(box.x + box.width / 2, box.y + 40);
      const place = chart(page, 'loss').locator('.place');
      await expect.poll(() => place.textContent(), SOON).toMatch(/^step 1[45]\d$/);
      expect(await chart(page, 'divergence').locator('.place').textContent()).toBe(
        await place.textContent(),
      );
      expect(await chart(page, 'divergence').locator('.dot').count()).toBe(3);
      await page.mouse.move(5, 5);
      await expect.poll(() => place.textContent(), SOON).toBe('by step');
    });
  });

  test('dragging zooms all charts, and Show all undoes it', async () => {
    await withPage(reports.one, async (page) => {
      const showAll = page.getByRole('button', { name: 'Show all' });
      const over = chart(page, 'loss').locator('.u-over');
      await over.scrollIntoViewIfNeeded();
      expect(await showAll.isDisabled()).toBe(true);
      const box = (await over.boundingBox())!;
      await page.mouse.move(box.x + 0.25 * box.width, box.y + 40);
      await page.mouse.down();
      await page.mouse.move(box.x + 0.5 * box.width, box.y + 40, { steps: 4 });
      await page.mouse.up();
      await expect.poll(() => showAll.isDisabled(), SOON).toBe(false);
      const rows = chart(page, 'divergence').locator('tbody th');
      await chart(page, 'divergence').locator('summary', { hasText: 'Table' }).click();
      const steps = (await rows.allTextContents()).map(Number);
      expect(Math.min(...steps)).toBeGreaterThan(60);
      expect(Math.max(...steps)).toBeLessThan(160);
      await showAll.click();
      await expect.poll(async () => Number(await rows.last().textContent()), SOON).toBe(300);
    });
  });

  test('everything on a chart goes by keys', async () => {
    await withPage(reports.one, async (page) => {
      const place = chart(page, 'loss').locator('.place');
      const showAll = page.getByRole('button', { name: 'Show all' });
      await chart(page, 'loss').locator('.plot').focus();
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => place.textContent(), SOON).toMatch(/^step \d+$/);
      const first = await place.textContent();
      expect(await page.locator('.heard').textContent()).toMatch(
        /^step \d+: all [\d.]+, all · held out .*, action [\d.]+/,
      );
      await page.keyboard.press('ArrowRight');
      expect(await place.textContent()).not.toBe(first);
      await page.keyboard.press('+');
      expect(await showAll.isDisabled()).toBe(false);
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('Escape');
      expect(await showAll.isDisabled()).toBe(true);
    });
  });

  test('axis, scale and smoothing change what is drawn', async () => {
    await withPage(reports.one, async (page) => {
      await page.getByRole('radio', { name: 'time' }).check();
      expect(await chart(page, 'loss').locator('.place').textContent()).toBe('by time');
      const before = await colouredPixels(page, 'loss');
      await page.getByRole('checkbox', { name: 'Log scale' }).check();
      expect(await colouredPixels(page, 'loss')).not.toBe(before);
      await page.getByRole('slider', { name: 'Smoothing' }).focus();
      await page.keyboard.press('Home');
      expect(await page.locator('.smoothing output').textContent()).toBe('off');
    });
  });

  test('runs lie over each other and can be switched off', async () => {
    await withPage(reports.two, async (page) => {
      expect(await page.locator('h1').textContent()).toBe('first and second');
      const legend = chart(page, 'divergence').locator('.legend li');
      expect(await legend.count()).toBe(6);
      const both = await colouredPixels(page, 'divergence');
      await page.locator('.runs').getByRole('button', { name: 'second' }).click();
      expect(await colouredPixels(page, 'divergence')).toBeLessThan(both);
      expect(await legend.locator('[aria-pressed=false]').count()).toBe(3);
    });
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['dark', 320],
  ] as const)('axe finds nothing in %s at %d pixels', async (colorScheme, width) => {
    // The page's own policy would keep the checker out.
    const options = { colorScheme, viewport: { width, height: 900 }, bypassCSP: true };
    await withPage(
      reports.two,
      async (page) => {
        await page.evaluate(
          "for (const one of document.querySelectorAll('details')) one.open = true",
        );
        await page.addScriptTag({ content: axe.source });
        const violations = await page.evaluate<string[]>(
          `axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
            nodes.map(({ target, failureSummary }) => id + ' ' + target + ' ' + failureSummary)))`,
        );
        expect(violations).toEqual([]);
      },
      options,
    );
  });

  test.each([320, 640])('at %d pixels, nothing makes the page scroll sideways', async (width) => {
    const options = { viewport: { width, height: 450 }, deviceScaleFactor: 2 };
    await withPage(
      reports.two,
      async (page) => {
        await chart(page, 'loss').scrollIntoViewIfNeeded();
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      },
      options,
    );
  });

  test('many points are thinned out in a worker, and the nearer part has all of its own', async () => {
    await withPage(reports.long, async (page) => {
      await chart(page, 'loss').locator('canvas').waitFor();
      await expect.poll(() => colouredPixels(page, 'loss'), SOON).toBeGreaterThan(300);
      expect(page.workers()).toHaveLength(1);
      await chart(page, 'loss').locator('.plot').focus();
      for (let zoom = 0; zoom < 6; zoom++) await page.keyboard.press('+');
      await page.keyboard.press('ArrowRight');
      const first = await stepOf(page);
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => stepOf(page), SOON).toBe(first + 1);
      await expect.poll(() => colouredPixels(page, 'loss'), SOON).toBeGreaterThan(300);
    });
  });

  test('a name that is markup is shown as it is', async () => {
    await withPage(reports.hostile, async (page) => {
      expect(await page.locator('h1').textContent()).toContain('</script><script>window.hacked');
      expect(await page.evaluate('window.hacked')).toBeUndefined();
      expect(await page.locator('img').count()).toBe(0);
    });
  });

  test('colours follow the system and VS Code', async () => {
    await withPage(reports.one, async (page) => {
      const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      const light = await ground();
      await page.emulateMedia({ colorScheme: 'dark' });
      const dark = await ground();
      expect(dark).not.toBe(light);
      await page.evaluate("document.body.className = 'vscode-light'");
      expect(await ground()).toBe(light);
      await page.evaluate(
        "document.documentElement.style.setProperty('--vscode-editor-background', 'rgb(1, 2, 3)')",
      );
      expect(await ground()).toBe('rgb(1, 2, 3)');
    });
  });
});

/** The step that is pointed at. */
async function stepOf(page: Page): Promise<number> {
  const text = await page.locator('[data-chart="loss"] .place').textContent();
  return Number(text?.replaceAll(/\D/g, ''));
}

/** Runs in the page, on a copy: reading the canvas itself would change how the browser keeps it. */
const COUNT_COLOURED = `(node) => {
  const copy = document.createElement('canvas');
  Object.assign(copy, { width: node.width, height: node.height });
  const context = copy.getContext('2d', { willReadFrequently: true });
  context.drawImage(node, 0, 0);
  const { data } = context.getImageData(0, 0, copy.width, copy.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    const colours = data.subarray(i, i + 3);
    if (data[i + 3] > 128 && Math.max(...colours) - Math.min(...colours) > 60) count++;
  }
  return count;
}`;
