import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { openNative } from '../../trainer/src/engine/native/openNative.ts';
import type { Executor, HostArray, HostTensor, Program } from '../../trainer/src/engine/program.ts';
import {
  maxDifference,
  openOnnx,
  openReference,
  random,
  randomTensor,
} from '../support/executors.ts';
import { nativeTest } from './nativeTest.ts';

const [BATCH, VOCAB, WIDTH, STEPS] = [16, 12, 8, 20];
const PARAMETERS: Record<string, number[]> = {
  embedding: [VOCAB, WIDTH],
  hidden: [WIDTH, WIDTH],
  head: [WIDTH, VOCAB],
};
const f32 = (shape: readonly number[]) => ({ shape, dtype: 'float32' as const });
const tokens = { shape: [BATCH], dtype: 'int32' as const };

/** Gather, matrix products, softmax cross-entropy, clipping and AdamW: the shape of a real step, in small. */
const step: Program = {
  name: 'native-step',
  state: Object.fromEntries(
    Object.entries(PARAMETERS).flatMap(([name, shape]) => [
      [name, f32(shape)],
      [`${name}.m`, f32(shape)],
      [`${name}.v`, f32(shape)],
    ]),
  ),
  constants: {},
  inputs: { ids: tokens, labels: tokens, step: f32([]) },
  build({ state, inputs }) {
    const names = Object.keys(PARAMETERS);
    const loss = (...parameters: Tensor[]) => {
      const [embedding, hidden, head] = parameters as Tensor2D[];
      const xND = tf.gather(embedding!, inputs['ids'] as Tensor1D);
      const logitsNV = tf.matMul(tf.tanh(tf.matMul(xND, hidden!)), head!);
      const picked = tf.mul(tf.logSoftmax(logitsNV), tf.oneHot(inputs['labels']!, VOCAB));
      return tf.neg<Scalar>(tf.mean(tf.sum(picked, -1)));
    };
    const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => state[name]!));
    // Every update depends on all gradients, which is what updating in place asks for.
    const norm = tf.sqrt(tf.sum(tf.stack(grads.map((gradient) => tf.sum(tf.square(gradient))))));
    const scale = tf.div(1, tf.maximum(norm, 1));
    const updates: Record<string, Tensor> = {};
    names.forEach((name, index) => {
      const gradient = tf.mul(grads[index]!, scale);
      Object.assign(updates, adamW(name, state, { gradient, step: inputs['step']! }));
    });
    return { updates, outputs: { loss: value } };
  },
};

function adamW(
  name: string,
  state: Record<string, Tensor>,
  { gradient, step }: { gradient: Tensor; step: Tensor },
): Record<string, Tensor> {
  const m = tf.add(tf.mul(state[`${name}.m`]!, 0.9), tf.mul(gradient, 0.1));
  const v = tf.add(tf.mul(state[`${name}.v`]!, 0.99), tf.mul(tf.square(gradient), 0.01));
  const mHat = tf.div(m, tf.sub(1, tf.pow(tf.scalar(0.9), step)));
  const vHat = tf.div(v, tf.sub(1, tf.pow(tf.scalar(0.99), step)));
  const decayed = tf.mul(state[name]!, 1 - 0.05 * 0.01);
  const moved = tf.sub(decayed, tf.mul(tf.div(mHat, tf.add(tf.sqrt(vHat), 1e-8)), 0.05));
  return { [name]: moved, [`${name}.m`]: m, [`${name}.v`]: v };
}

/** Trains on "the label is the next token", from the same start on every executor. */
async function train(executor: Executor): Promise<{ losses: number[]; head: HostArray }> {
  const next = random(3);
  const state = Object.fromEntries(
    Object.entries(step.state).map(([name, spec]) => {
      const isMoment = /\.[mv]$/.test(name);
      const value: HostTensor = randomTensor([...spec.shape], next, -0.3, 0.3);
      if (isMoment) value.data.fill(0);
      return [name, executor.tensor(value)];
    }),
  );
  const compiled = await executor.compile(step, {});
  const losses: number[] = [];
  for (let index = 1; index <= STEPS; index++) {
    const ids = Int32Array.from({ length: BATCH }, () => Math.floor(next() * VOCAB));
    const labels = ids.map((id) => (id + 1) % VOCAB);
    const { loss } = await compiled.run(state, { ids, labels, step: Float32Array.of(index) });
    losses.push(loss![0]!);
  }
  const head = await state['head']!.read();
  await compiled.dispose();
  return { losses, head };
}

nativeTest(`${STEPS} steps agree with onnx and with the reference`, async () => {
  const reference = await train(await openReference());
  const onnx = await train(await openOnnx());
  const native = await train(await openNative('native'));
  expect(native.losses.at(-1)).toBeLessThan(native.losses[0]! / 2);
  for (const other of [reference, onnx]) {
    expect(maxDifference(native.losses, other.losses)).toBeLessThan(1e-4);
    expect(maxDifference(native.head, other.head)).toBeLessThan(1e-4);
  }
});
