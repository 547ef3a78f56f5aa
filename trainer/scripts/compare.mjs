/**
 * `npm run compare`: the household task learnt in several ways by the same student in the same steps,
 * over several seeds, as a table in Markdown.
 *
 *   npm run compare                      three ways, three seeds
 *   npm run compare -- --all             every loss and every weighting too
 *   npm run compare -- --seeds 1 --only structured,cross-entropy
 *   npm run compare -- --all --jobs 2    two runs at a time, each on one core: more in the same time
 *
 * Finished runs are kept in runs/compare and not run again; delete the folder to begin anew.
 */
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkoutRoot, prepareCheckout } from './prepareCheckout.mjs';
import { helpFirst } from './helpFirst.mjs';

helpFirst(import.meta.filename);

/** What each way changes in the quickstart's config. */
const WAYS = {
  structured: [],
  'token-level': ['weights.observation=1', 'weights.other=1'],
  'cross-entropy': ['loss.kd=0'],
};
const MORE_WAYS = {
  ...Object.fromEntries(
    ['reverse_kl', 'symmetric', 'jsd', 'alpha', 'skew_kl', 'wasserstein', 'focal', 'adaptive'].map(
      (loss) => [`loss ${loss}`, [`loss.type=${loss}`]],
    ),
  ),
  ...Object.fromEntries(
    ['adaptive', 'curriculum', 'confidence'].map((strategy) => [
      `weights ${strategy}`,
      [`weights.strategy=${strategy}`],
    ]),
  ),
};
const FOLDER = join(checkoutRoot, 'runs', 'compare');

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    only: { type: 'string' },
    all: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '1' },
  },
});

await prepareCheckout();
await mkdir(FOLDER, { recursive: true });
const ways = chosenWays();
const jobs = Number(options.jobs);
const seeds = Array.from({ length: Number(options.seeds) }, (_, index) => index + 1);
/** @type {any[]} */
const rows = [];
// Seed by seed, so that a table can be read before the last run is over.
for (const seed of seeds) {
  const waiting = [...ways];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      rows.push(await result(next[0], next[1], seed));
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  rows.sort((a, b) => wayIndex(a) - wayIndex(b));
  console.log(`\nafter ${seed} of ${seeds.length} seeds:\n\n${table(rows)}`);
}

/** @param {{ way: string }} row */
function wayIndex({ way }) {
  return ways.findIndex(([name]) => name === way);
}

/** @returns {[string, string[]][]} */
function chosenWays() {
  const all = Object.entries(options.all ? { ...WAYS, ...MORE_WAYS } : WAYS);
  if (options.only === undefined) return all;
  const known = { ...WAYS, ...MORE_WAYS };
  return options.only.split(',').map((way) => {
    const settings = known[/** @type {keyof typeof known} */ (way)];
    if (settings !== undefined) return [way, settings];
    throw new Error(`there is no way "${way}"; there are ${Object.keys(known).join(', ')}`);
  });
}

/**
 * @param {string} way
 * @param {string[]} settings
 * @param {number} seed
 */
async function result(way, settings, seed) {
  const file = join(FOLDER, `${way.replaceAll(' ', '-')}-${seed}.json`);
  const known = await readFile(file, 'utf8').catch(() => null);
  if (known !== null) return JSON.parse(known);
  console.log(`${way}, seed ${seed} ...`);
  const own = [`run.seed=${seed}`, `run.dir=${FOLDER}`, ...(jobs > 1 ? ['engine.threads=1'] : [])];
  const end = await quickstart([...settings, ...own]);
  const metrics = lastMetrics(await readFile(join(end.folder, 'metrics.jsonl'), 'utf8'));
  const made = { way, seed, players: end.players, metrics };
  await writeFile(file, JSON.stringify(made));
  return made;
}

/** @param {string[]} settings */
function quickstart(settings) {
  const program = join(checkoutRoot, 'trainer/dist/deepcoder.mjs');
  const args = ['quickstart', '--json', ...settings.flatMap((one) => ['--set', one])];
  const child = spawn(process.execPath, [program, ...args], {
    cwd: checkoutRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (data) => (text += data));
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      const events = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      const end = events.findLast(({ event }) => event === 'end');
      if (code === 0 && end !== undefined) resolve(end);
      else reject(new Error(`deepcoder quickstart ended with code ${code}`));
    });
  });
}

/**
 * The last value of every metric, and the median speed.
 * @param {string} text
 */
function lastMetrics(text) {
  const records = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const speeds = records.flatMap((record) => record['train/tokens_per_second'] ?? []);
  speeds.sort((a, b) => a - b);
  return { ...Object.assign({}, ...records), tokensPerSecond: speeds[speeds.length >> 1] };
}

/** @param {any[]} results */
function table(results) {
  const names = [...new Set(results.map(({ way }) => way))];
  const [teacher] = results[0].players.filter((/** @type {any} */ { who }) => who === 'teacher');
  const lines = names.map((way) => {
    const own = results.filter((one) => one.way === way);
    const after = own.map(({ players }) =>
      players.find((/** @type {any} */ { who }) => who === 'student after'),
    );
    const metric = (/** @type {string} */ name) => own.map(({ metrics }) => metrics[name]);
    const cells = [
      spread(
        after.map(({ success }) => 100 * success),
        0,
      ),
      spread(
        after.map(({ steps }) => steps),
        1,
      ),
      spread(
        after.map(({ reasoningTokens }) => reasoningTokens),
        0,
      ),
      spread(
        after.map(({ actionAgreement }) => 100 * actionAgreement),
        1,
      ),
      spread(
        metric('play/reasoning_match').map((share) => 100 * share),
        1,
      ),
      spread(metric('eval/divergence/reasoning'), 3),
      spread(metric('eval/divergence/action'), 3),
      spread(metric('tokensPerSecond'), 0),
    ];
    return `| ${way} | ${cells.join(' | ')} |`;
  });
  return [
    '| way | success % | turns | reasoning tokens | action agreement % | reasoning match % | divergence, reasoning | divergence, action | tokens/s |',
    '|---|---|---|---|---|---|---|---|---|',
    `| teacher | ${(100 * teacher.success).toFixed(0)} | ${teacher.steps.toFixed(1)} | ${teacher.reasoningTokens.toFixed(0)} | | | | | |`,
    ...lines,
  ].join('\n');
}

/**
 * Mean and, with several seeds, the smallest and largest.
 * @param {number[]} numbers
 * @param {number} digits
 */
function spread(numbers, digits) {
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  if (numbers.length === 1) return mean.toFixed(digits);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return `${mean.toFixed(digits)} (${low.toFixed(digits)}-${high.toFixed(digits)})`;
}
