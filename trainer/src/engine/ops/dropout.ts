import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Inverted dropout (Srivastava et al. 2014): elements are zeroed with probability `rate`, the others divided
 * by 1 - rate. Which ones follows from the seed alone, by a hash of row and column, so that a run that
 * goes on drops what an uninterrupted one would; the gradient passes where the value passed.
 *
 * @param xND float32 `[N, D]`
 * @param seed float32 `[]`, within [0, 1)
 * @param salt tells places of one step apart
 */
export function dropout(
  xND: Tensor,
  { rate, seed, salt }: { rate: number; seed: Tensor; salt: number },
): Tensor {
  const [rows, columns] = xND.shape as [number, number];
  const row = tf.reshape(tf.range(0, rows, 1), [rows, 1]);
  const column = tf.reshape(tf.range(0, columns, 1), [1, columns]);
  // Arguments stay small, so that f32 keeps their fractions.
  const rowPhase = tf.add(tf.mod(tf.mul(row, 0.7548776662), 1), tf.add(seed, salt * 0.569840291));
  const columnPhase = tf.mod(tf.mul(column, 0.8191725134), 1);
  const mixed = tf.sin(tf.add(tf.mul(rowPhase, 127.1), tf.mul(columnPhase, 311.7)));
  const uniform = tf.mod(tf.mul(tf.abs(mixed), 4375.8545), 1);
  const kept = tf.cast(tf.greaterEqual(uniform, rate), 'float32');
  return tf.mul(xND, tf.mul(kept, 1 / (1 - rate)));
}
