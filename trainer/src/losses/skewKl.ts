import * as tf from '@tensorflow/tfjs-core';
import type { Divergence } from './divergence.ts';
import { logRatio } from './logRatio.ts';

/**
 * Skewed KL divergence KL(p || m), m = l p + (1 - l) q (Ko et al. 2024, DistiLLM, eq. 4). Bounded by
 * -log l. dD/dq = -(1 - l) p / m. At l = 0 it is KL(p || q); l = 1 would compare the teacher with itself.
 */
export function skewKl(lambda: number): Divergence {
  if (!(lambda >= 0 && lambda < 1))
    throw new RangeError(`skew_kl: lambda ${lambda} is not in [0, 1)`);
  return {
    name: `skew_kl(${lambda})`,
    temperaturePower: 2,
    evaluate: (cells) => {
      const { p } = cells;
      const r = logRatio(cells);
      // m / p = 1 + (1 - l) (q / p - 1) and m / q = 1 + l (p / q - 1)
      const logOverP = tf.log1p(tf.mul(tf.expm1(tf.neg(r)), 1 - lambda));
      const overQ = tf.add(tf.mul(tf.expm1(r), lambda), 1);
      return {
        value: tf.neg(tf.sum(tf.mul(p, logOverP), -1)),
        flux: tf.div(tf.mul(p, lambda - 1), overQ),
      };
    },
  };
}
