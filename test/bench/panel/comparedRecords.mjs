/** Two records of 500 steps side by side: from the click to their first steps on the screen. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './median.mjs';

const STEPS = 500;
const ROUNDS = 5;

export const comparedRecords = {
  /** @param {string} workspace */
  prepare(workspace) {
    const text = [0, 1].map((which) => `${JSON.stringify(longRecord(which))}\n`).join('');
    writeFileSync(join(workspace, 'long.traj.jsonl'), text);
  },

  /** @param {import('../panel.mjs').EditorBench} bench */
  async measure({ person }) {
    await person.openWith('long.traj.jsonl', 'Trajectory Inspector');
    const frame = await person.webview('.record .span');
    await frame.getByRole('button', { name: 'Select for comparison' }).click();
    await frame.locator('.option').nth(1).click();
    const compare = frame.getByRole('button', { name: 'Compare with' });
    await compare.waitFor();
    const times = [];
    for (let round = 0; round < ROUNDS; round++) {
      const ms = await frame.evaluate(`new Promise((done) => {
        const began = performance.now();
        const shown = () => document.querySelector('.comparison .difference') !== null;
        const look = () => requestAnimationFrame(() => (shown() ? done(performance.now() - began) : look()));
        [...document.querySelectorAll('.record-actions button')].at(-1).click();
        look();
      })`);
      times.push(Number(ms));
      await compare.click();
      await frame.locator('.record .span').first().waitFor();
    }
    await person.command('View: Close All Editors');
    const name = `inspector: two records of ${STEPS} steps side by side`;
    return [{ name, value: median(times), unit: 'ms', atMost: 300 }];
  },
};

/**
 * Every tenth step is another in the second one, and some are missing.
 * @param {number} which
 */
function longRecord(which) {
  /** @type {object[]} */
  const messages = [{ role: 'user', content: 'Tidy the house.' }];
  for (let i = 0; i < STEPS; i++) {
    if (which === 1 && i % 47 === 5) continue;
    const room = which === 1 && i % 10 === 3 ? `hall ${i}` : `room ${i}`;
    const calls = [
      {
        id: `c${i}`,
        type: 'function',
        function: { name: 'go', arguments: JSON.stringify({ to: room }) },
      },
    ];
    messages.push({
      role: 'assistant',
      content: `Next is the ${room}, as far as I know.`,
      tool_calls: calls,
    });
    const seen = Array.from(
      { length: 40 },
      (_, k) => `A thing ${(i * 7 + k) % 90} lies in the ${room}.`,
    );
    messages.push({ role: 'tool', tool_call_id: `c${i}`, content: seen.join('\n') });
  }
  return { id: `long-${which}`, messages };
}
