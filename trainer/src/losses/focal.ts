import * as tf from '@tensorflow/tfjs-core';
import type { Divergence } from './divergence.ts';
import { forwardKl } from './forwardKl.ts';

/**
 * Focal KL: (1 - q_y)^gamma KL(p || q) with y the teacher's top token, so that what the student knows
 * already counts less (after Lin et al. 2017, there for cross-entropy). The factor is a constant for
 * gradients: it weighs, and is not itself to be made small.
 */
export function focal(gamma: number): Divergence {
  return {
    name: `focal(${gamma})`,
    temperaturePower: 2,
    evaluate: (cells) => {
      const { value, flux } = forwardKl.evaluate(cells);
      if (gamma === 0) return { value, flux };
      const topN1 = tf.slice(cells.q, [0, 0], [-1, 1]);
      const factorN1 = tf.pow(tf.sub(1, topN1), gamma);
      return {
        value: tf.mul(value, tf.reshape(factorN1, value.shape)),
        flux: tf.mul(flux, factorN1),
      };
    },
  };
}
