/** The inspector on a file of 1 GB: from the choice of the editor to its first record. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const BYTES = 1e9;

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
    // The server and a webview have been there before, as in a day's work.
    await shownMs('tools.traj.jsonl', { page, person });
    const small = await shownMs('tools.traj.jsonl', { page, person });
    const value = await shownMs('large.traj.jsonl', { page, person });
    const peer = { name: 'of a file of some kB', value: small };
    const name = 'inspector: first record of a 1 GB file';
    return [{ name, value, unit: 'ms', peer, atMost: 1000 }];
  },
};

/**
 * From the choice of the editor to the record on the screen.
 * @param {string} file
 * @param {Pick<import('../panel.mjs').EditorBench, 'page' | 'person'>} bench
 */
async function shownMs(file, { page, person }) {
  await person.openWith(file, null);
  const row = page
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
