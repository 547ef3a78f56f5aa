import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor as BindingTensor } from 'onnxruntime-node';
import { beforeAll, expect, test, vi } from 'vitest';
import { encodeModel } from '../../../trainer/src/engine/onnx/encodeModel.ts';
import { openOrtApi } from '../../../trainer/src/engine/onnx/ortApi.ts';
import { packagedLibrary } from '../../../trainer/src/engine/onnx/sharedLibrary.ts';
import type { Executor, HostArray, Program } from '../../../trainer/src/engine/program.ts';
import { zeros } from '../../../trainer/src/engine/program.ts';
import { traceProgram } from '../../../trainer/src/engine/trace/traceProgram.ts';
import { trainPrograms } from '../../../trainer/src/training/trainPrograms.ts';
import { openOnnx, random, randomTensor } from '../../support/executors.ts';
import { tinyParameters } from '../../support/tinyDecoder.ts';
import { randomBatch, scalarInputs, SETUP } from '../../support/trainingRun.ts';

let executor: Executor;
beforeAll(async () => {
  executor = await openOnnx();
}, 60_000);

/** Keeps a thread busy for a second or so, and counts its runs. */
const SIZE = 512;
const slow: Program = {
  name: 'slow',
  state: { runs: { shape: [1], dtype: 'float32' } },
  constants: {},
  inputs: { x: { shape: [SIZE, SIZE], dtype: 'float32' } },
  build: ({ state, inputs }) => {
    let x = inputs['x']!;
    for (let times = 0; times < 150; times++) x = tf.tanh(tf.matMul(x, inputs['x']!));
    const runs = tf.add(state['runs']!, 1);
    return { updates: { runs }, outputs: { sum: tf.sum(x) } };
  },
};

test('a training run has the bits that the Node binding gives', async () => {
  const programs = trainPrograms(SETUP);
  const { step } = programs;
  const values = { ...tinyParameters(SETUP.model), ...emptyMoments(programs.moments) };
  const session = await InferenceSession.create(encodeModel(traceProgram(step)), {
    graphOptimizationLevel: 'all',
    intraOpNumThreads: 2,
  });
  let binding: Record<string, BindingTensor> = Object.fromEntries(
    Object.entries(values).map(([name, { data, shape, dtype }]) => [
      `state/${name}`,
      new BindingTensor(dtype, data.slice() as never, shape),
    ]),
  );
  const compiled = await executor.compile(step, {});
  const state = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, executor.tensor(value)]),
  );
  for (let at = 1; at <= 3; at++) {
    const inputs: Record<string, HostArray> = { ...randomBatch(SETUP, at), ...scalarInputs() };
    const fed: Record<string, BindingTensor> = Object.fromEntries(
      Object.entries(step.inputs).map(([name, { dtype, shape }]) => [
        `input/${name}`,
        new BindingTensor(dtype, inputs[name] as never, shape),
      ]),
    );
    const made = await session.run({ ...binding, ...fed });
    const ours = await compiled.run(state, inputs);
    for (const [name, data] of Object.entries(ours))
      expect(made[`output/${name}`]!.data, name).toEqual(data);
    binding = Object.fromEntries(
      Object.keys(values).map((name) => [`state/${name}`, made[`update/${name}`]!]),
    );
  }
  for (const [name, tensor] of Object.entries(state))
    expect(await tensor.read(), name).toEqual(binding[`state/${name}`]!.data);
});

test('many short runs leave others their turns', async () => {
  const increment: Program = {
    name: 'increment',
    state: { runs: { shape: [1], dtype: 'float32' } },
    ...{ constants: {}, inputs: {} },
    build: ({ state }) => ({ updates: { runs: tf.add(state['runs']!, 1) }, outputs: {} }),
  };
  const program = await executor.compile(increment, {});
  const runs = executor.tensor(zeros(increment.state['runs']!));
  await program.run({ runs }, {});
  let now = performance.now();
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 0.5));
  let turns = 0;
  const turn = (): void => {
    turns += 1;
    pending = setImmediate(turn);
  };
  let pending = setImmediate(turn);
  for (let count = 0; count < 200; count += 1) await program.run({ runs }, {});
  clearImmediate(pending);
  clock.mockRestore();
  expect(turns).toBeGreaterThan(10);
  await program.dispose();
});

test('a run leaves the event loop free, and ends within 50 ms when it is cancelled', async () => {
  const program = await executor.compile(slow, {});
  const input = { x: randomTensor([SIZE, SIZE], random(1)).data };
  const runs = executor.tensor(zeros(slow.state['runs']!));
  const whole = await program.run({ runs }, input);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  const before = performance.now();
  await program.run({ runs }, input);
  const wholeMs = performance.now() - before;
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(wholeMs / 50);

  // The quickest of three: another program may hold the machine up.
  let leastMs = Infinity;
  for (let attempt = 0; attempt < 3; attempt++) {
    const cancelling = new AbortController();
    const reason = new Error('enough');
    const run = program.run({ runs }, input, { signal: cancelling.signal });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const cancelledAt = performance.now();
    cancelling.abort(reason);
    await expect(run).rejects.toBe(reason);
    leastMs = Math.min(leastMs, performance.now() - cancelledAt);
    await expect(program.run({ runs }, input, { signal: cancelling.signal })).rejects.toBe(reason);
  }
  expect(leastMs).toBeLessThan(50);
  expect(await program.run({ runs }, input)).toEqual(whole);
  await program.dispose();
}, 60_000);

test('runs that are asked for at once come one after the other', async () => {
  const program = await executor.compile(slow, {});
  const input = { x: new Float32Array(SIZE * SIZE) };
  const runs = executor.tensor(zeros(slow.state['runs']!));
  const all = [1, 2, 3].map(() => program.run({ runs }, input));
  const read = runs.read();
  await Promise.all(all);
  expect(await read).toEqual(Float32Array.of(3));
  await program.dispose();
}, 60_000);

test('what is disposed of twice is disposed of once, and says so when it is used', async () => {
  const program = await executor.compile(slow, {});
  const runs = executor.tensor(zeros(slow.state['runs']!));
  runs.dispose();
  runs.dispose();
  const input = { x: new Float32Array(SIZE * SIZE) };
  await expect(program.run({ runs }, input)).rejects.toThrow('after it was disposed of');
  await program.dispose();
  await program.dispose();
  const other = executor.tensor(zeros(slow.state['runs']!));
  await expect(program.run({ runs: other }, input)).rejects.toThrow('after it was disposed of');
});

test.each([
  ['is not there', '/nowhere/libonnxruntime.so'],
  ['is another', process.platform === 'linux' ? 'libc.so.6' : process.execPath],
])('a library that %s is an error that says what to do', async (_, file) => {
  const opening = openOrtApi(file);
  await expect(opening).rejects.toMatchObject({ code: 'executor-missing', exitCode: 2 });
  await expect(opening).rejects.toThrow(/does not load as ONNX Runtime .*npm ci/);
});

test('the library is that of the installed package', async () => {
  expect((await openOrtApi(packagedLibrary())).version).toBe('1.30.0');
});

function emptyMoments(specs: ReturnType<typeof trainPrograms>['moments']) {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, zeros(spec)]));
}
