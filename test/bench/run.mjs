/**
 * `npm run bench [-- --check] [-- --only NAME] [-- --json] [-- --rounds N]`: measures speed and memory and
 * prints one table. `--check`: exit code 1 where a goal is not reached. `--only` takes the beginning of a
 * name, and can be given more than once; `--list` tells the names. DEEPCODER_PYTHON names a Python with
 * PyTorch, to be compared with; DEEPCODER_CORPUS a folder of real trajectory files.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { serverBuild } from '../../server/serverBuild.mjs';
import { checkoutRoot, prepareCheckout } from '../../trainer/scripts/prepareCheckout.mjs';
import { inChild } from './inChild.mjs';
import { benchTable, isShort } from './table.mjs';
import { helpFirst } from '../../trainer/scripts/helpFirst.mjs';

helpFirst(import.meta.filename);

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string', default: '3' },
  },
});

process.chdir(checkoutRoot);
await prepareCheckout();
await bundle();
const names = (await benchNames()).filter(
  (name) => options.only.length === 0 || options.only.some((start) => name.startsWith(start)),
);
if (options.list) process.stdout.write(`${names.join('\n')}\n`);
else if (names.length === 0) fail(`no measurement is named ${options.only.join(', ')}; see --list`);
else await measure();

async function measure() {
  const settings = {
    rounds: Math.max(1, Number(options.rounds) || 1),
    python: process.env['DEEPCODER_PYTHON'] || null,
    corpus: process.env['DEEPCODER_CORPUS'] || null,
  };
  const matMulRates = await inChild('part', 'rate', settings);
  /** @type {import('./table.mjs').Row[]} */
  const rows = [];
  for (const name of names) {
    process.stderr.write(`${name} ...\n`);
    rows.push(...(await rowsOf(name, settings)));
  }
  const short = rows.filter(isShort);
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ matMulRates, rows: rows.map((row) => ({ ...row, short: isShort(row) })) })}\n`
      : benchTable(matMulRates, rows),
  );
  if (options.check && short.length > 0) {
    fail(`${short.length} of ${rows.length} fall short`);
  }
}

/**
 * @param {string} name
 * @param {{ rounds: number, python: string | null, corpus: string | null }} settings
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
async function rowsOf(name, settings) {
  try {
    return await inChild('bench', name, settings);
  } catch (error) {
    return [{ name, failed: error instanceof Error ? error.message : String(error) }];
  }
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}

/** @returns {Promise<string[]>} */
async function benchNames() {
  const { BENCHES } = await import(
    pathToFileURL(join(import.meta.dirname, 'dist/benches.mjs')).href
  );
  return BENCHES.map((/** @type {{ name: string }} */ { name }) => name);
}

/** As the program is bundled: tfjs' ES modules register the gradients, and Node refuses them unbundled. */
async function bundle() {
  await build({ ...serverBuild, outdir: 'test/bench/dist' });
  await build({
    entryPoints: {
      benches: 'test/bench/benches.ts',
      dataWorker: 'trainer/src/data/encode/worker.ts',
      emptyServer: 'test/bench/emptyServer.ts',
    },
    outdir: 'test/bench/dist',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: [
      'esbuild',
      'koffi',
      'onnxruntime-node',
      'tokenizers',
      '@tensorflow/tfjs-node',
      '@tensorflow/tfjs-node-gpu',
    ],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
}
