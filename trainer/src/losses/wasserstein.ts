import * as tf from '@tensorflow/tfjs-core';
import type { Divergence } from './divergence.ts';

/** Below this a difference of cumulative probabilities is rounding, and has no sign. */
const NO_SIGN = 1e-6;

/**
 * Wasserstein-1 distance on the line of the teacher's ranks: sum_r abs(P_r - Q_r) / (cells - 1), with P
 * and Q cumulative over the teacher's order, the tail last. Neighbouring ranks are one unit apart and the
 * whole line has length 1, so D lies in [0, 1]. dD/dq_c = -sum_{r >= c} sign(P_r - Q_r) / (cells - 1).
 */
export const wasserstein: Divergence = {
  name: 'wasserstein',
  temperaturePower: 1,
  evaluate: ({ p, q }) => {
    const steps = Math.max(1, p.shape[1]! - 1);
    const gap = tf.cumsum(tf.sub(p, q), 1);
    const slope = tf.cumsum(signOf(gap), 1, false, true);
    return {
      value: tf.div(tf.sum(tf.abs(gap), -1), steps),
      flux: tf.div(tf.mul(q, slope), -steps),
    };
  },
};

/** The sign, 0 where it would be that of rounding noise. */
export function signOf(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.sign(x), tf.cast(tf.greater(tf.abs(x), NO_SIGN), 'float32'));
}
