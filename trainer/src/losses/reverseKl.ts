import * as tf from '@tensorflow/tfjs-core';
import type { Divergence } from './divergence.ts';

/**
 * Reverse KL divergence KL(q || p) = sum_c q_c (log q_c - log p_c), student q against teacher p (Gu et
 * al. 2024, MiniLLM). dD/dq = log(q / p) + 1, of which the 1 has no effect. Where the teacher gives a
 * cell no probability, its floor makes each unit of q there cost 80 nats at most.
 */
export const reverseKl: Divergence = {
  name: 'reverse_kl',
  temperaturePower: 2,
  evaluate: ({ q, logP, logQ }) => {
    const flux = tf.mul(q, tf.sub(logQ, logP));
    return { value: tf.sum(flux, -1), flux };
  },
};
