import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { fitsInt8, int8MatMul } from '../../../trainer/src/engine/ops/int8MatMul.ts';
import {
  openOnnx,
  openReference,
  random,
  randomTensor,
  runOnce,
  tensorOf,
} from '../../support/executors.ts';

const next = random(8);
const x = randomTensor([5, 96], next);
const w = randomTensor([40, 96], next);

/** The product in f64 with each block of 32 weights rounded to 127 steps. */
function expected(): number[] {
  const rounded = [...w.data];
  for (let at = 0; at < rounded.length; at += 32) {
    const scale = Math.max(...rounded.slice(at, at + 32).map(Math.abs)) / 127;
    for (let j = at; j < at + 32; j++) rounded[j] = Math.round(rounded[j]! / scale) * scale;
  }
  return Array.from({ length: 5 * 40 }, (_, i) => {
    const [row, out] = [Math.floor(i / 40), i % 40];
    let sum = 0;
    for (let k = 0; k < 96; k++) sum += x.data[row * 96 + k]! * rounded[out * 96 + k]!;
    return sum;
  });
}

test.each([
  // Weights are rounded alike everywhere; ONNX Runtime rounds activations too.
  ['reference', openReference, 1e-4],
  ['onnx', openOnnx, 0.06],
] as const)('weights are rounded block by block (%s)', async (_, open, tolerance) => {
  const { y } = await runOnce(await open(), { x, w }, (given) => ({
    y: int8MatMul(given['x']!, given['w']!),
  }));
  const wanted = expected();
  const worst = [...y!].reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)), 0);
  expect(worst).toBeLessThan(tolerance);
  expect(worst).toBeGreaterThan(0);
});

test('a block of zeros gives zeros, and what is no whole block is refused', async () => {
  const zeros = tensorOf([3, 32], new Float32Array(96));
  const ones = tensorOf([1, 32], new Float32Array(32).fill(1));
  const { y } = await runOnce(await openOnnx(), { ones, zeros }, (given) => ({
    y: int8MatMul(given['ones']!, given['zeros']!),
  }));
  expect([...y!]).toEqual([0, 0, 0]);
  expect(fitsInt8({ shape: [4, 33] })).toBe(false);
  expect(() => int8MatMul(tf.zeros([1, 33]), tf.zeros([4, 33]))).toThrow(/int8MatMul/);
});
