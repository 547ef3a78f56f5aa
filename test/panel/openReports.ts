import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { PageAssets } from '../../trainer/src/report/reportHtml.ts';
import { writeReport } from '../../trainer/src/report/writeReport.ts';
import { openBrowser } from '../support/browser.ts';
import { panelAssets } from '../support/panelAssets.ts';
import { writeSyntheticRun } from '../support/syntheticRun.ts';

// A browser on a busy machine can take its time; nothing here measures it.
export const PATIENCE = { timeout: 120_000 };
export const SOON = { timeout: 15_000 };

export interface Reports {
  dir: string;
  assets: PageAssets;
  /** The report of one run, and that of two. */
  one: string;
  two: string;
  /** Opens a report, lets it be used, and checks that nothing was fetched or went wrong. */
  withPage: (
    file: string,
    use: (page: Page) => Promise<void>,
    options?: BrowserContextOptions,
  ) => Promise<void>;
  close: () => Promise<void>;
}

/** Writes the reports into a folder of their own and opens a browser for them. */
export async function openReports(): Promise<Reports> {
  const dir = await mkdtemp(path.join(tmpdir(), 'deepcoder-report-'));
  const assets = await panelAssets();
  const run = writeSyntheticRun(dir, { name: 'first', steps: 300, seed: 1, brokenAt: 120 });
  const other = writeSyntheticRun(dir, { name: 'second', steps: 200, seed: 2 });
  const one = await writeReport(run, { assets });
  const file = path.join(dir, 'two.html');
  const two = await writeReport(run, { assets, others: [other], file });
  const browser = await openBrowser();
  return {
    ...{ dir, assets, one, two },
    withPage: (report, use, options = {}) => withPage(browser, { report, use, options }),
    close: async () => {
      await browser.close();
      await rm(dir, { recursive: true });
    },
  };
}

interface Visit {
  report: string;
  use: (page: Page) => Promise<void>;
  options: BrowserContextOptions;
}

async function withPage(browser: Browser, { report, use, options }: Visit): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  const trouble: string[] = [];
  page.on('console', (message) => trouble.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
  const url = pathToFileURL(report).href;
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
