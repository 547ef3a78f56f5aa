/** One measurement, or a part of one, in this process; the result goes to the parent. */
import { inChild } from './inChild.mjs';

const { BENCHES, BENCH_PARTS } = await import(new URL('dist/benches.mjs', import.meta.url).href);
const [what, name, text] = process.argv.slice(2);
const settings = JSON.parse(text ?? '{}');

/** @returns {Promise<unknown>} */
function run() {
  if (what === 'part') return BENCH_PARTS[name ?? '']();
  const bench = BENCHES.find((/** @type {{ name: string }} */ each) => each.name === name);
  return bench.run({
    ...settings,
    part: (/** @type {string} */ part) => inChild('part', part, settings),
  });
}

/** @type {{ result?: unknown, error?: string }} */
let answer;
try {
  answer = { result: await run() };
} catch (error) {
  answer = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
// Threads of a native library may still be there, and are not waited for.
process.send?.(answer, () => process.exit(0));
