import { existsSync } from 'node:fs';
import { format } from 'node:util';
import { chromium } from 'playwright-core';
import { coverPages } from './pageCoverage.mjs';

const DEBIAN_CHROMIUM = '/usr/bin/chromium';

/** The browser that shows a workbench, or a webview. */
export async function openChromium() {
  const given = process.env['DEEPCODER_BROWSER'] ?? DEBIAN_CHROMIUM;
  const browser = await chromium.launch({
    ...(given === 'playwright' || !existsSync(given) ? {} : { executablePath: given }),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const counted = process.env['DEEPCODER_COVERAGE'];
  if (counted !== undefined) coverPages(browser, counted);
  return browser;
}

/**
 * Opens a workbench's page that runs a suite, and waits for its end.
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 * @param {(line: string) => void} log what the suite prints, line by line
 * @returns {Promise<number>} 0 when the suite's `run()` resolved
 */
export async function runSuiteInPage(browser, url, log) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    /** @type {Promise<number>} */
    const exitCode = new Promise((resolve, reject) => {
      void page.exposeFunction('codeAutomationExit', resolve);
      void page.exposeFunction(
        'codeAutomationLog',
        (/** @type {string} */ _, /** @type {unknown[]} */ args) => {
          const line = format(...args);
          // The workbench's own noise: native modules that it can do without.
          if (!/^(%c)? *(ERR|WARN|INFO|\[Extension Host\])|code-server-|^ *at /.test(line))
            log(line);
        },
      );
      page.on('crash', () => reject(new Error('the page crashed')));
    });
    // A busy machine takes its time to load a workbench.
    await page.goto(url, { timeout: 180_000 });
    return await exitCode;
  } finally {
    await page.close();
  }
}
