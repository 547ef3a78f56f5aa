import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { loadNative } from '../../trainer/src/engine/native/loadNative.ts';
import { nativeTest } from './nativeTest.ts';

nativeTest('the backend computes for the tfjs-core of this program', async () => {
  const { backend } = loadNative('tfjs-cpu');
  expect(await tf.setBackend(backend)).toBe(true);
  const aMK = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const bKN = tf.tensor2d([5, 6, 7, 8], [2, 2]);
  expect(await tf.matMul(aMK, bKN).array()).toEqual([
    [19, 22],
    [43, 50],
  ]);
});

nativeTest('gradients that this program registered run on it', async () => {
  await tf.setBackend(loadNative('tfjs-cpu').backend);
  const aMK = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const bKN = tf.tensor2d([5, 6, 7, 8], [2, 2]);
  const square = (a: tf.Tensor, b: tf.Tensor) => tf.sum<tf.Scalar>(tf.square(tf.matMul(a, b)));
  const { value, grads } = tf.valueAndGrads(square)([aMK, bKN]);
  expect(await value.data()).toEqual(Float32Array.of(5194));
  expect(await grads[0]?.array()).toEqual([
    [454, 618],
    [1030, 1402],
  ]);
  expect(await grads[1]?.array()).toEqual([
    [296, 344],
    [420, 488],
  ]);
});

nativeTest('a second load is the first', async () => {
  expect(loadNative('tfjs-cpu')).toBe(loadNative('tfjs-cpu'));
  expect(() => loadNative('tfjs-cuda')).toThrow(/already runs executor tfjs-cpu/);
  await Promise.resolve();
});
