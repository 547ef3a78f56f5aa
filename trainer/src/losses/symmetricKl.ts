import * as tf from '@tensorflow/tfjs-core';
import type { Divergence } from './divergence.ts';
import { forwardKl } from './forwardKl.ts';
import { reverseKl } from './reverseKl.ts';

/**
 * Jeffreys' divergence with a weight: (1 - l) KL(p || q) + l KL(q || p) (Jeffreys 1946 at l = 1/2, up
 * to the factor 1/2). Not the Jensen-Shannon divergence, which is `jsd`.
 */
export function symmetricKl(lambda: number): Divergence {
  return {
    name: `symmetric(${lambda})`,
    temperaturePower: 2,
    evaluate: (cells) => {
      const forward = forwardKl.evaluate(cells);
      const reverse = reverseKl.evaluate(cells);
      const mix = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
        tf.add(tf.mul(a, 1 - lambda), tf.mul(b, lambda));
      return {
        value: mix(forward.value, reverse.value),
        flux: mix(forward.flux, reverse.flux),
      };
    },
  };
}
