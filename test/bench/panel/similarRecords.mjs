/** Search by meaning in 10,000 records: until its index is complete, and what a question takes then. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './median.mjs';

const RECORDS = 10_000;
const ROUNDS = 5;
const WORDS = 20_000;

export const similarRecords = {
  /** @param {string} workspace */
  prepare(workspace) {
    const file = openSync(join(workspace, 'many.traj.jsonl'), 'w');
    let seed = 1;
    const next = () => (seed = (seed * 48271) % 2147483647);
    // Some words are frequent, as in a language.
    const word = () => `w${Math.floor(WORDS * (next() / 2147483647) ** 3).toString(36)}`;
    const text = (/** @type {number} */ length) => Array.from({ length }, word).join(' ');
    for (let i = 0; i < RECORDS; i++) {
      const messages = [{ role: 'user', content: text(30) }];
      for (let turn = 0; turn < 6; turn++) {
        messages.push({ role: 'assistant', content: `Thought: ${text(20)}\nAction: ${text(6)}` });
        messages.push({ role: 'user', content: `Observation: ${text(60)}` });
      }
      writeSync(file, `${JSON.stringify({ id: `r${i}`, messages })}\n`);
    }
    closeSync(file);
  },

  /** @param {import('../panel.mjs').EditorBench} bench */
  async measure({ person }) {
    await person.openWith('many.traj.jsonl', 'Trajectory Inspector');
    const frame = await person.webview('.record .span');
    await frame.getByRole('button', { name: 'By meaning' }).click();
    const began = Date.now();
    await frame.getByRole('searchbox').fill('w1 w2 w3');
    const state = frame.locator('.search [role="status"]');
    await state.filter({ hasText: /like it$/ }).waitFor();
    const indexMs = Date.now() - began;
    const times = [];
    for (let round = 0; round < ROUNDS; round++) {
      await frame.locator('.option').nth(round).click();
      await frame
        .locator('.record-head h2')
        .filter({ hasText: `r${round}` })
        .waitFor();
      const ms = await frame.evaluate(`new Promise((done) => {
        const began = performance.now();
        [...document.querySelectorAll('.record-actions button')].find((one) => one.textContent === 'More like this').click();
        const look = () => requestAnimationFrame(() =>
          document.querySelector('.matches button') === null ? look() : done(performance.now() - began));
        look();
      })`);
      times.push(Number(ms));
    }
    await person.command('View: Close All Editors');
    const name = `inspector: search by meaning in ${RECORDS} records`;
    return [
      { name: `${name}, until all are in its index`, value: indexMs / 1000, unit: 's', atMost: 30 },
      { name: `${name}, a question`, value: median(times), unit: 'ms', atMost: 200 },
    ];
  },
};
