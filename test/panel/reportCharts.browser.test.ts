import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeReport } from '../../trainer/src/report/writeReport.ts';
import { whyNoBrowser } from '../support/browser.ts';
import { writeSyntheticRun } from '../support/syntheticRun.ts';
import { chart, colouredNow, colouredPixels } from './colouredPixels.ts';
import { openReports, PATIENCE, type Reports, SOON } from './openReports.ts';

const noBrowser = whyNoBrowser();

describe.skipIf(noBrowser !== null)(
  noBrowser ?? 'the charts of a report in a browser',
  PATIENCE,
  () => {
    let reports: Reports;
    let long: string;

    beforeAll(async () => {
      reports = await openReports();
      const run = writeSyntheticRun(reports.dir, { name: 'long', steps: 12_000, seed: 4 });
      long = await writeReport(run, { assets: reports.assets });
    }, PATIENCE.timeout);

    afterAll(() => reports.close());

    test.each(['one', 'long'])('paper shows all charts of report %s', async (which) => {
      await reports.withPage(which === 'one' ? reports.one : long, async (page) => {
        const drawn = page.locator('.chart:not(.number) canvas');
        const charts = await page.locator('.chart:not(.number)').count();
        expect(await drawn.count()).toBeLessThan(charts);
        await page.pdf();
        expect(await drawn.count()).toBe(charts);
        for (const id of ['loss', 'divergence', 'weight'])
          expect(await colouredNow(page, id)).toBeGreaterThan(300);
      });
    });

    test('a quantity that was measured once is a number, and no chart', async () => {
      const options = { name: 'once', steps: 60, seed: 5, evalEvery: 60 };
      const run = writeSyntheticRun(reports.dir, options);
      const report = await writeReport(run, { assets: reports.assets });
      await reports.withPage(report, async (page) => {
        const once = chart(page, 'play/success');
        await once.scrollIntoViewIfNeeded();
        expect(await once.locator('.plot').isVisible()).toBe(false);
        expect(await once.locator('.legend .value').first().textContent()).toMatch(
          /^\d+(\.\d+)?\s%$/,
        );
        expect(await chart(page, 'loss').locator('.plot').isVisible()).toBe(true);
      });
    });

    test('a line is switched off and on again', async () => {
      await reports.withPage(reports.one, async (page) => {
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
      await reports.withPage(reports.one, async (page) => {
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
      await reports.withPage(reports.one, async (page) => {
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
      await reports.withPage(reports.one, async (page) => {
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
      await reports.withPage(reports.one, async (page) => {
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

    test('many points are thinned out in a worker, and the nearer part has all of its own', async () => {
      await reports.withPage(long, async (page) => {
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
  },
);

/** The step that is pointed at. */
async function stepOf(page: Page): Promise<number> {
  const text = await page.locator('[data-chart="loss"] .place').textContent();
  return Number(text?.replaceAll(/\D/g, ''));
}
