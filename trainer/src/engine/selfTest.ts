import * as tf from '@tensorflow/tfjs-core';
import { attention } from './ops/attention.ts';
import { rmsNorm } from './ops/rmsNorm.ts';
import { sumSquares } from './ops/sumSquares.ts';
import { swiGlu } from './ops/swiGlu.ts';
import type { Executor, HostArray, HostTensor, Program, Tensors } from './program.ts';
import { random } from './random.ts';
import { uploaded } from './uploaded.ts';

/**
 * Takes two steps of a small model on an executor and on one that is known to be right. Drivers and providers can
 * compute wrongly without an error, so what decides is the numbers.
 *
 * @returns what is wrong; null where nothing is
 */
export async function selfTest(executor: Executor, trusted: Executor): Promise<string | null> {
  const [found, wanted] = [await stepsOn(executor), await stepsOn(trusted)];
  for (const [name, values] of Object.entries(wanted)) {
    const difference = largestDifference(found[name]!, values);
    if (!(difference < TOLERANCE))
      return `${name} is off by ${difference.toPrecision(2)} from what the CPU computes`;
  }
  return null;
}

/** Relative to the largest value. Rounding gives less than a hundredth of it. */
const TOLERANCE = 1e-3;
const [VOCABULARY, WIDTH, LENGTH, HEADS] = [96, 32, 24, 4];
const LEARNING_RATE = 0.1;
const STEPS = 2;

async function stepsOn(executor: Executor): Promise<Record<string, HostArray>> {
  const state = uploaded(executor, firstState());
  const program = await executor.compile(PROGRAM, {});
  const ids = Int32Array.from({ length: LENGTH }, (_, at) => (at * 37) % VOCABULARY);
  const starts = Int32Array.from({ length: LENGTH }, (_, at) => (at < LENGTH / 2 ? 0 : LENGTH / 2));
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++)
    losses.push((await program.run(state, { ids, starts }))['loss']![0]!);
  const results: Record<string, HostArray> = { loss: Float32Array.from(losses) };
  for (const [name, tensor] of Object.entries(state)) {
    results[`the weight ${name}`] = await tensor.read();
    tensor.dispose();
  }
  await program.dispose();
  return results;
}

const SHAPES = {
  embedding: [VOCABULARY, WIDTH],
  norm: [WIDTH],
  gate: [WIDTH, WIDTH],
  up: [WIDTH, WIDTH],
};

function firstState(): Record<string, HostTensor> {
  const next = random(17);
  return Object.fromEntries(
    Object.entries(SHAPES).map(([name, shape]) => {
      const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
      return [name, { shape, dtype: 'float32', data: data.map(() => next() - 0.5) }];
    }),
  );
}

const PROGRAM: Program = {
  name: 'self-test',
  state: Object.fromEntries(
    Object.entries(SHAPES).map(([name, shape]) => [name, { shape, dtype: 'float32' }]),
  ),
  constants: {},
  inputs: {
    ids: { shape: [LENGTH], dtype: 'int32' },
    starts: { shape: [1, LENGTH], dtype: 'int32' },
  },
  build: ({ state, inputs }) => {
    const names = Object.keys(state);
    const { value, grads } = tf.valueAndGrads((...weights: tf.Tensor[]) =>
      lossOf(Object.fromEntries(names.map((name, at) => [name, weights[at]!])), inputs),
    )(names.map((name) => state[name]!));
    // Every update waits for all gradients, and with them for all that reads a weight.
    const squares = grads.map((gradient) => sumSquares(tf.reshape(gradient, [gradient.size])));
    const rate = tf.div(LEARNING_RATE, tf.add(tf.sqrt(tf.addN(squares)), 1));
    const updates = names.map((name, at) => {
      const change = tf.mul(grads[at]!, rate);
      return [name, tf.sub(state[name]!, change)] as const;
    });
    return { updates: Object.fromEntries(updates), outputs: { loss: tf.reshape(value, [1]) } };
  },
};

/** Cross-entropy of each token's own id, by a layer of attention and one of SwiGLU. */
function lossOf({ embedding, norm, gate, up }: Tensors, { ids, starts }: Tensors): tf.Scalar {
  const x = tf.gather(embedding!, ids as tf.Tensor1D);
  const heads = tf.reshape(rmsNorm(x, norm!, 1e-5), [1, LENGTH, WIDTH]);
  const shape = { batch: 1, length: LENGTH, heads: HEADS, keyValueHeads: HEADS };
  const attended = attention(
    { q: heads, k: heads, v: heads, startsBT: starts! },
    { ...shape, headDim: WIDTH / HEADS },
  );
  const y = tf.add(x, tf.reshape(attended, [LENGTH, WIDTH]));
  const hidden = tf.add(y, swiGlu(tf.matMul(y, gate!), tf.matMul(y, up!)));
  const logits = tf.logSoftmax(tf.matMul(hidden, embedding!, false, true));
  const own = tf.oneHot(ids as tf.Tensor1D, VOCABULARY);
  return tf.neg(tf.mean(tf.sum(tf.mul(logits, own), -1)));
}

function largestDifference(found: HostArray, wanted: HostArray): number {
  let [difference, most] = [0, 1e-6];
  for (const [at, value] of wanted.entries()) {
    most = Math.max(most, Math.abs(value));
    const one = Math.abs(found[at]! - value);
    difference = Number.isNaN(one) ? Infinity : Math.max(difference, one);
  }
  return difference / most;
}
