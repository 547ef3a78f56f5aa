import * as tf from '@tensorflow/tfjs-core';
import type { Divergence } from './divergence.ts';
import { forwardKl } from './forwardKl.ts';
import { logRatio } from './logRatio.ts';
import { reverseKl } from './reverseKl.ts';

/**
 * Jensen-Shannon divergence with a weight, (b KL(p || m) + (1 - b) KL(q || m)) / (b (1 - b)) with
 * m = b p + (1 - b) q (Agarwal et al. 2024, GKD, eq. 1, there without the division). Divided, it runs
 * into KL(p || q) at b = 0 and KL(q || p) at b = 1; `isDivided: false` gives the published form, which
 * has the same limits by definition as in TRL. dD/dq = log(q / m) / b.
 *
 * Both logarithms are log1p of exact differences, log(m / q) = log1p(b (p / q - 1)), so that nothing
 * cancels at p = q or near the limits.
 */
export function jsd(beta: number, { isDivided }: { isDivided: boolean }): Divergence {
  const name = `${isDivided ? 'jsd' : 'generalized_jsd'}(${beta})`;
  if (beta === 0) return { ...forwardKl, name };
  if (beta === 1) return { ...reverseKl, name };
  const scale = isDivided ? 1 : beta * (1 - beta);
  return {
    name,
    temperaturePower: 2,
    evaluate: (cells) => {
      const r = logRatio(cells);
      // log(m / q) / b and log(m / p) / (1 - b)
      const overQ = tf.div(tf.log1p(tf.mul(tf.expm1(r), beta)), beta);
      const overP = tf.div(tf.log1p(tf.mul(tf.expm1(tf.neg(r)), 1 - beta)), 1 - beta);
      const qPart = tf.mul(cells.q, overQ);
      const total = tf.sum(tf.add(qPart, tf.mul(cells.p, overP)), -1);
      return { value: tf.mul(total, -scale), flux: tf.mul(qPart, -scale) };
    },
  };
}
