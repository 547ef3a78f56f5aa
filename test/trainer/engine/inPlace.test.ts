import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { zeros, type Program } from '../../../trainer/src/engine/program.ts';
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
