/**
 * `npm run screenshots`: every view in dark, light and high contrast, kept in media/screenshots, and the
 * walkthrough's pictures. Trains a small student for a minute, so that there is something to see.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { prepareCheckout } from '../../trainer/scripts/prepareCheckout.mjs';
import { prepareBrowser } from '../../trainer/scripts/prepareBrowser.mjs';
import { prepareWorkbench } from './prepareWorkbench.mjs';
import { root } from './support/buildSuite.mjs';
import { openChromium } from './support/openPage.mjs';
import { startWorkbench, writeSettings } from './support/startWorkbench.mjs';
import { workbenchPage } from './support/workbenchPage.mjs';
import { makeWorkspace } from './support/workspace.mjs';
import { VIEWS } from './support/views.mjs';

const THEMES = /** @type {const} */ ({
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
});

/** Pictures of the walkthrough: where they come from. */
const WALKTHROUGH = ['trajectory', 'config', 'metrics', 'inspector'];

const log = (/** @type {string} */ line) => console.log(line);
await prepareCheckout({ log });
Object.assign(process.env, await prepareBrowser({ root, log }), await prepareWorkbench({ log }));
if (process.env['DEEPCODER_NO_WORKBENCH'] !== undefined) process.exit(2);

const out = join(root, 'media/screenshots');
mkdirSync(out, { recursive: true });
mkdirSync(join(root, 'media/walkthrough'), { recursive: true });
const place = makeWorkspace();
const server = await startWorkbench({ userDataDir: place.userDataDir });
const browser = await openChromium();
try {
  for (const [theme, colorTheme] of Object.entries(THEMES)) await takeAll(theme, colorTheme);
  for (const name of WALKTHROUGH)
    copyFileSync(join(out, `${name}-dark.png`), join(root, 'media/walkthrough', `${name}.png`));
} finally {
  await browser.close();
  await server.close();
  place.remove();
}

/**
 * @param {string} theme
 * @param {string} colorTheme
 */
async function takeAll(theme, colorTheme) {
  writeSettings(place.userDataDir, { 'workbench.colorTheme': colorTheme });
  const page = await browser.newPage({ viewport: { width: 1360, height: 850 } });
  page.setDefaultTimeout(120_000);
  const person = workbenchPage(page);
  await page.goto(server.url({ folder: place.workspace, extension: root }));
  await person.ready();
  for (const [name, show] of Object.entries(VIEWS)) {
    await show(person, place);
    const path = join(out, `${name}-${theme}.png`);
    await page.screenshot({ path });
    log(path);
  }
  await page.close();
}
