import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { Program } from '../../../trainer/src/engine/program.ts';
import { openReference } from '../../support/executors.ts';

const SPEC = { shape: [4], dtype: 'float32' } as const;

const halves = (build: Program['build']): Program => ({
  name: 'halves',
  state: { sum: SPEC },
  constants: {},
  inputs: { x: SPEC, y: SPEC },
  build,
});

test.each<[string, Program['build'], Record<string, Float32Array>, boolean]>([
  [
    'a program that runs',
    ({ state, inputs }) => ({
      updates: { sum: tf.add(state['sum']!, inputs['x']!) },
      outputs: { x: inputs['x']! },
    }),
    { x: new Float32Array(4), y: new Float32Array(4) },
    false,
  ],
  [
    'a program that throws',
    ({ inputs }) => {
      tf.mul(inputs['x']!, 2);
      throw new Error('no such op');
    },
    { x: new Float32Array(4), y: new Float32Array(4) },
    true,
  ],
  [
    'an input that is missing',
    ({ inputs }) => ({ updates: {}, outputs: inputs }),
    { x: new Float32Array(4) },
    true,
  ],
])('%s leaves no tensor behind', async (_, build, inputs, throws) => {
  const executor = await openReference();
  const program = await executor.compile(halves(build), {});
  const sum = executor.tensor({ ...SPEC, data: new Float32Array(4) });
  const before = tf.memory().numTensors;
  const ran = Promise.resolve().then(() => program.run({ sum }, inputs));
  if (throws) await expect(ran).rejects.toThrow();
  else await ran;
  expect(tf.memory().numTensors).toBe(before);
  sum.dispose();
});
