import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const DEBIAN_CHROMIUM = '/usr/bin/chromium';

/** Why there is no browser, in a sentence; null when there is one. `npm test` installs one where it can. */
export function whyNoBrowser(): string | null {
  const { DEEPCODER_BROWSER: given, DEEPCODER_NO_BROWSER: reason } = process.env;
  if (given !== undefined || existsSync(DEBIAN_CHROMIUM)) return null;
  return (
    reason ??
    'The browser tests are skipped: run them through "npm test", which installs a browser, or set DEEPCODER_BROWSER to the path of a Chromium or Chrome'
  );
}

export function openBrowser(): Promise<Browser> {
  const given = process.env['DEEPCODER_BROWSER'] ?? DEBIAN_CHROMIUM;
  return chromium.launch({
    ...(given === 'playwright' ? {} : { executablePath: given }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });
}
