import * as tf from '@tensorflow/tfjs-core';
import type { Divergence } from './divergence.ts';

/**
 * Forward KL divergence KL(p || q) = sum_c p_c (log p_c - log q_c), teacher p against student q
 * (Hinton et al. 2015; the loss of Structured Agent Distillation). q dD/dq = -p.
 */
export const forwardKl: Divergence = {
  name: 'kl',
  temperaturePower: 2,
  evaluate: ({ p, logP, logQ }) => ({
    value: tf.sum(tf.mul(p, tf.sub(logP, logQ)), -1),
    flux: tf.neg(p),
  }),
};
