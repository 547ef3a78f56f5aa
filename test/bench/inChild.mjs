import { fork } from 'node:child_process';
import { join } from 'node:path';

const CHILD = join(import.meta.dirname, 'child.mjs');

/**
 * Runs a measurement or a part of one in a process of its own: nothing else is in its memory, and no
 * code has been compiled by what ran before. What it writes goes to stderr.
 * @param {'bench' | 'part'} what
 * @param {string} name
 * @param {{ rounds: number, python: string | null, corpus: string | null }} settings
 * @returns {Promise<any>}
 */
export function inChild(what, name, settings) {
  return new Promise((resolve, reject) => {
    const child = fork(CHILD, [what, name, JSON.stringify(settings)], {
      stdio: ['ignore', 2, 2, 'ipc'],
      serialization: 'advanced',
    });
    /** @type {{ result?: unknown, error?: string } | null} */
    let answer = null;
    child.on('message', (message) => (answer = /** @type {typeof answer} */ (message)));
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (answer === null) reject(new Error(`${name} ended with ${signal ?? code}`));
      else if (answer.error !== undefined) reject(new Error(answer.error));
      else resolve(answer.result);
    });
  });
}
