import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './buildSuite.mjs';

const PAGES = 'client/dist/webview';
let count = 0;

/**
 * Has a browser write what of the webviews' scripts has run, as Node writes it of its own, when its pages
 * are closed.
 * @param {import('playwright-core').Browser} browser
 * @param {string} folder
 */
export function coverPages(browser, folder) {
  /** @type {Set<() => Promise<void>>} */
  const open = new Set();
  const newPage = browser.newPage.bind(browser);
  browser.newPage = async (options) => {
    const page = await newPage(options);
    await page.coverage.startJSCoverage({ resetOnNavigation: false });
    const write = async () => {
      if (open.delete(write)) writeRanges(await page.coverage.stopJSCoverage(), folder);
    };
    open.add(write);
    const close = page.close.bind(page);
    page.close = async (how) => {
      await write();
      await close(how);
    };
    return page;
  };
  const close = browser.close.bind(browser);
  browser.close = async (how) => {
    for (const write of open) await write();
    await close(how);
  };
}

/**
 * A file for each script, since a page that was opened again has run it again.
 * @param {Awaited<ReturnType<import('playwright-core').Coverage['stopJSCoverage']>>} scripts
 * @param {string} folder
 */
function writeRanges(scripts, folder) {
  for (const { url, scriptId, functions } of scripts) {
    const at = url.indexOf(`/${PAGES}/`);
    if (at < 0) continue;
    const file = join(root, url.slice(at).replace(/\?.*/, ''));
    const result = [{ scriptId, url: pathToFileURL(file).href, functions }];
    const name = `coverage-page-${process.pid}-${count++}.json`;
    writeFileSync(join(folder, name), JSON.stringify({ result }));
  }
}
