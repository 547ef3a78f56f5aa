import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { zeros, type Program } from '../../../trainer/src/engine/program.ts';
import { traceProgram } from '../../../trainer/src/engine/trace/traceProgram.ts';
import { openOnnx, openReference } from '../../support/executors.ts';

const ELEMENTS = 10_000_000;
const STATE = { x: { shape: [ELEMENTS], dtype: 'float32' } } as const;

const countUp: Program = {
  name: 'count-up',
  state: STATE,
  constants: {},
  inputs: {},
  build: ({ state }) => {
    const next = tf.add(state['x']!, 1);
    return { updates: { x: next }, outputs: { first: tf.slice(next, [0], [1]) } };
  },
};

test.each([
  ['onnx', openOnnx],
  ['reference', openReference],
])('%s: a tensor is cleared, by onnx where it lies', async (name, open) => {
  const executor = await open();
  const x = executor.tensor({ ...STATE.x, data: new Float32Array(ELEMENTS).fill(3) });
  const before = process.memoryUsage().arrayBuffers;
  for (let run = 0; run < 5; run++) x.clear();
  if (name === 'onnx') expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(ELEMENTS);
  expect((await x.read()).every((value) => value === 0)).toBe(true);
  x.dispose();
});

test('state is replaced where it lies, and not copied', async () => {
  const executor = await openOnnx();
  const program = await executor.compile(countUp, {});
  const x = executor.tensor(zeros(STATE.x));
  const before = process.memoryUsage().arrayBuffers;
  for (let run = 1; run <= 5; run++) {
    expect((await program.run({ x }, {}))['first']).toEqual(Float32Array.of(run));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(ELEMENTS);
  }
  expect((await x.read()).at(-1)).toBe(5);
  await program.dispose();
});

const pair = (build: Program['build']): Program => ({
  name: 'pair',
  state: { x: { shape: [2, 2], dtype: 'float32' }, y: { shape: [2, 2], dtype: 'float32' } },
  ...{ constants: {}, inputs: {}, build },
});

test.each<[string, Program['build'], RegExp | null]>([
  [
    'an update that reads its own state element by element',
    ({ state: { x } }) => ({ updates: { x: tf.add(x!, 1) }, outputs: {} }),
    null,
  ],
  [
    'every reader before the writer',
    ({ state: { x, y } }) => ({
      updates: { x: tf.add(tf.sum(tf.matMul(x!, y!)), y!) },
      outputs: {},
    }),
    null,
  ],
  [
    'a reader that nothing puts before the writer',
    ({ state: { x, y } }) => ({ updates: { x: tf.add(y!, 1) }, outputs: { sum: tf.sum(x!) } }),
    /program pair: ReduceSum .* may read the state x after/,
  ],
  [
    'a reader of a view',
    ({ state: { x, y } }) => ({
      updates: { x: tf.add(y!, 1) },
      outputs: { sum: tf.sum(tf.reshape(x!, [4])) },
    }),
    /the state x after/,
  ],
  [
    'a node that reads and writes one buffer in another order',
    ({ state: { x } }) => ({ updates: { x: tf.transpose(x!) }, outputs: {} }),
    /Transpose .* the state x after/,
  ],
  [
    'two states that change places',
    ({ state: { x, y } }) => ({ updates: { x: y!, y: x! }, outputs: {} }),
    /the state [xy] after/,
  ],
])('%s', (_, build, refusal) => {
  const traced = () => traceProgram(pair(build));
  if (refusal === null) traced();
  else expect(traced).toThrow(refusal);
});
