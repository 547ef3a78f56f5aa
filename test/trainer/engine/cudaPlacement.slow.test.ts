import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';
import { expect, test } from 'vitest';
import { cacheFolder } from '../../../trainer/src/disk/cacheFolder.ts';
import { openOnnxExecutor } from '../../../trainer/src/engine/onnx/onnxExecutor.ts';
import { setupCuda } from '../../../trainer/src/setup/setupCuda.ts';
import { trainPrograms } from '../../../trainer/src/training/trainPrograms.ts';
import { stubCuda } from '../../support/stubCuda.ts';
import { SETUP } from '../../support/trainingRun.ts';

const FILES = ['cudart.so.13', 'cublasLt.so.13', 'cublas.so.13', 'curand.so.10'];

/** Not a number is computed: libraries that do nothing stand for CUDA, and the session says what would run where. */
test('every node of a training run is placed on CUDA', async ({ skip }) => {
  const isHere = process.platform === 'linux' && process.arch === 'x64';
  if (!isHere) skip('the stubs are for Linux on x64');
  for (const tool of ['gcc', 'nm'])
    if (spawnSync(tool, ['--version']).error !== undefined) skip(`there is no ${tool}`);
  // The real wheel stays in the user's cache, beside whatever was set up; what is noted lies elsewhere.
  const cache = join(cacheFolder(), 'stub-cuda');
  const stubs = join(tmpdir(), `dc-stub-cuda-${process.pid}`);
  mkdirSync(stubs, { recursive: true });
  for (const name of FILES) writeFileSync(join(stubs, `lib${name}`), '');
  const options = { cuda: stubs, cache, log: () => undefined };
  const { provider } = await setupCuda(options).catch((error: unknown) => {
    const { code } = error as { code?: string };
    if (code === 'no-python' || code === 'no-pip' || code === 'wheel-download') return skip(code);
    throw error;
  });
  stubCuda(stubs, provider);
  process.env['DEEPCODER_CACHE'] = cache;
  await openOnnxExecutor({ provider: 'cpu', threads: 1, cacheDir: null });
  const driver = koffi.load(join(stubs, 'libcuda.so.1'));
  const executor = await openOnnxExecutor({ provider: 'cuda', threads: 1, cacheDir: null });
  const setup = { ...SETUP, rows: 2, length: 24, positions: 8, wholeUpdates: true };
  const { step, accumulate, update, evaluate } = trainPrograms(setup);
  for (const program of [step, accumulate, update, evaluate]) {
    const compiled = await executor.compile(program, {});
    expect(compiled.info.onHost, program.name).toEqual([]);
    await compiled.dispose();
  }
  expect(driver).toBeDefined();
});
