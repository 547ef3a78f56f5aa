/**
 * `npm run screenshots [-- NAME ...]`: every view, or those that are named (`metrics`, `metrics-dark`), in
 * dark, light and high contrast, kept in media/screenshots, and the walkthrough's pictures. Trains a small student for a minute, so that there is something to see.
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
import { writeSyntheticRuns } from './support/syntheticRuns.mjs';
import { EMPTY_VIEWS, prepareViews, VIEWS } from './support/views.mjs';
import { helpFirst } from '../../trainer/scripts/helpFirst.mjs';

helpFirst(import.meta.filename);

const THEMES = /** @type {const} */ ({
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
});

/** Pictures of the walkthrough: where they come from. */
const WALKTHROUGH = {
  trajectory: 'trajectory',
  config: 'problems',
  metrics: 'metrics',
  inspector: 'inspector',
};

const log = (/** @type {string} */ line) => console.log(line);
await prepareCheckout({ log });
Object.assign(process.env, await prepareBrowser({ root, log }), await prepareWorkbench({ log }));
if (process.env['DEEPCODER_NO_WORKBENCH'] !== undefined) process.exit(2);

const out = join(root, 'media/screenshots');
mkdirSync(out, { recursive: true });
mkdirSync(join(root, 'media/walkthrough'), { recursive: true });
const only = process.argv.slice(2);
const place = makeWorkspace();
const empty = join(place.folder, 'empty');
mkdirSync(empty);
prepareViews(place.workspace);
await writeSyntheticRuns(place.workspace, [
  { name: 'structured', steps: 800, seed: 1 },
  { name: 'token-level', steps: 800, seed: 2 },
  { name: 'too-fast', steps: 120, seed: 3, brokenAt: 118, state: 'failed' },
]);
const server = await startWorkbench({ userDataDir: place.userDataDir });
const browser = await openChromium();
try {
  for (const [theme, colorTheme] of Object.entries(THEMES)) {
    writeSettings(place.userDataDir, { 'workbench.colorTheme': colorTheme });
    await takeAll(theme, empty, EMPTY_VIEWS);
    await takeAll(theme, place.workspace, VIEWS);
  }
  if (only.length === 0)
    for (const [name, view] of Object.entries(WALKTHROUGH))
      copyFileSync(join(out, `${view}-dark.png`), join(root, 'media/walkthrough', `${name}.png`));
} finally {
  await browser.close();
  await server.close();
  place.remove();
}

/**
 * @param {string} theme
 * @param {string} folder
 * @param {typeof VIEWS} views
 */
async function takeAll(theme, folder, views) {
  const wanted = Object.entries(views).filter(
    ([name]) => only.length === 0 || only.includes(name) || only.includes(`${name}-${theme}`),
  );
  if (wanted.length === 0) return;
  const page = await browser.newPage({ viewport: { width: 1360, height: 850 } });
  page.setDefaultTimeout(120_000);
  const person = workbenchPage(page);
  await page.goto(server.url({ folder, extension: root }), { timeout: 180_000 });
  await person.ready();
  for (const [name, show] of wanted) {
    await show(person);
    // Where the pointer was, a hover would lie over the view.
    await page.mouse.move(680, 848);
    await person.settle(700);
    const path = join(out, `${name}-${theme}.png`);
    await page.screenshot({ path });
    log(path);
  }
  await page.close();
}
