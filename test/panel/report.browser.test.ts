import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeReport } from '../../trainer/src/report/writeReport.ts';
import { whyNoBrowser } from '../support/browser.ts';
import { writeSyntheticRun } from '../support/syntheticRun.ts';
import { chart, colouredPixels } from './colouredPixels.ts';
import { openReports, PATIENCE, type Reports } from './openReports.ts';

const noBrowser = whyNoBrowser();

describe.skipIf(noBrowser !== null)(noBrowser ?? 'a report in a browser', PATIENCE, () => {
  let reports: Reports;
  let hostile: string;

  beforeAll(async () => {
    reports = await openReports();
    const run = writeSyntheticRun(reports.dir, { name: 'hostile', steps: 5, seed: 3 });
    const runFile = readFileSync(path.join(run, 'run.json'), 'utf8');
    const attack = '</script><script>window.hacked = 1</script><img src=x onerror=hacked=2>';
    await writeFile(
      path.join(run, 'run.json'),
      runFile.replace('"name": "hostile"', `"name": ${JSON.stringify(attack)}`),
    );
    hostile = await writeReport(run, { assets: reports.assets });
  }, PATIENCE.timeout);

  afterAll(() => reports.close());

  test('draws every chart and shows the other sections', async () => {
    await reports.withPage(reports.one, async (page) => {
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

  test('runs lie over each other and can be switched off', async () => {
    await reports.withPage(reports.two, async (page) => {
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
    await reports.withPage(
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
    await reports.withPage(
      reports.two,
      async (page) => {
        await chart(page, 'loss').scrollIntoViewIfNeeded();
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      },
      options,
    );
  });

  test('a name that is markup is shown as it is', async () => {
    await reports.withPage(hostile, async (page) => {
      expect(await page.locator('h1').textContent()).toContain('</script><script>window.hacked');
      expect(await page.evaluate('window.hacked')).toBeUndefined();
      expect(await page.locator('img').count()).toBe(0);
    });
  });

  test('colours follow the system and VS Code', async () => {
    await reports.withPage(reports.one, async (page) => {
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
