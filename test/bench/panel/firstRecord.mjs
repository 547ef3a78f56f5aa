/** The inspector on a file of 1 GB: from the choice of the editor to its first record. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { workbenchPage } from '../../vscode/support/workbenchPage.mjs';
import { median } from './median.mjs';

const BYTES = 1e9;
const ROUNDS = 3;

export const firstRecord = {
  /** @param {string} workspace */
  prepare(workspace) {
    const text = readFileSync(join(workspace, 'tools.traj.jsonl'), 'utf8');
    const chunk = Buffer.from(text.repeat(Math.ceil(8e6 / text.length)));
    const file = openSync(join(workspace, 'large.traj.jsonl'), 'w');
    for (let written = 0; written < BYTES; written += chunk.length) writeSync(file, chunk);
    closeSync(file);
  },

  /** @param {import('../panel.mjs').EditorBench} bench */
  async measure({ page, person }) {
    const first = await firstPages(page);
    const [small, large] = [[], []].map(() => /** @type {number[]} */ ([]));
    for (let round = 0; round < ROUNDS; round++) {
      small?.push(await shownMs('tools.traj.jsonl', person));
      large?.push(await shownMs('large.traj.jsonl', person));
    }
    const name = 'inspector: first record of a 1 GB file';
    const peer = { name: 'of a file of some kB', value: median(small ?? []) };
    return [
      {
        name: `${name}, a browser's first webview`,
        value: median(first),
        unit: 'ms',
        atMost: 1000,
      },
      // VS Code registers a service worker for each webview and waits until it has replaced the one before.
      { name: `${name}, a later one`, value: median(large ?? []), unit: 'ms', peer, atMost: 1000 },
    ];
  },
};

/**
 * Of windows that know of no webview yet.
 * @param {import('playwright-core').Page} page a window of the workbench
 */
async function firstPages(page) {
  const browser = page.context().browser();
  const times = [];
  for (let round = 0; round < ROUNDS && browser !== null; round++) {
    const fresh = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const person = workbenchPage(fresh);
    await fresh.goto(page.url(), { timeout: 180_000 });
    await person.ready();
    // The server is there, as in a day's work.
    await person.open('household.react');
    await fresh.locator('.editor-instance .codelens-decoration').first().waitFor();
    times.push(await shownMs('large.traj.jsonl', person));
    await fresh.close();
  }
  return times;
}

/**
 * From the choice of the editor to the record on the screen.
 * @param {string} file
 * @param {ReturnType<typeof workbenchPage>} person
 */
async function shownMs(file, person) {
  await person.openWith(file, null);
  const row = person.page
    .locator('.quick-input-list .monaco-list-row')
    .filter({ hasText: 'Trajectory Inspector' });
  await row.first().waitFor();
  const began = Date.now();
  await row.first().click();
  const frame = await person.webview('.record .span');
  const shownAt = Number(
    await frame.evaluate('new Promise((done) => requestAnimationFrame(() => done(Date.now())))'),
  );
  await person.command('View: Close All Editors');
  return shownAt - began;
}
