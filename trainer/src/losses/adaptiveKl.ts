import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Cells, Divergence } from './divergence.ts';
import { forwardKl } from './forwardKl.ts';
import { reverseKl } from './reverseKl.ts';

/**
 * Adaptive KL: a KL(p || q) + (1 - a) KL(q || p), where a is the head's share of sum abs(p - q) and the
 * head are the teacher's top tokens up to half of the mass (Wu et al. 2025, AKL). Forward KL fits the
 * head first and reverse KL the rest, so each gets the part that lags. a is a constant for gradients; 0
 * where p = q. The tail cell is never in the head.
 */
export const adaptiveKl: Divergence = {
  name: 'adaptive',
  temperaturePower: 2,
  evaluate: (cells) => {
    const a = headShare(cells);
    const forward = forwardKl.evaluate(cells);
    const reverse = reverseKl.evaluate(cells);
    const mix = (x: Tensor, y: Tensor): Tensor => {
      const share = tf.reshape(a, x.rank === 1 ? [-1] : [-1, 1]);
      return tf.add(y, tf.mul(share, tf.sub(x, y)));
    };
    return { value: mix(forward.value, reverse.value), flux: mix(forward.flux, reverse.flux) };
  },
};

/** float32 `[N, 1]` */
function headShare({ p, q, hasTail }: Cells): Tensor {
  const gap = tf.abs(tf.sub(p, q));
  const tokens = p.shape[1]! - (hasTail ? 1 : 0);
  const ofTokens = (x: Tensor): Tensor => tf.slice(x, [0, 0], [-1, tokens]);
  const massBefore = tf.cumsum(ofTokens(p), 1, true);
  const isHead = tf.cast(tf.less(massBefore, 0.5), 'float32');
  const ofHead = tf.sum(tf.mul(ofTokens(gap), isHead), -1, true);
  // A gap of 0 has no share to give: 0 / (something above 0).
  return tf.div(ofHead, tf.maximum(tf.sum(gap, -1, true), 1e-20));
}
