import * as tf from '@tensorflow/tfjs-core';
import type { Divergence } from './divergence.ts';
import { signOf } from './wasserstein.ts';

/**
 * Universal logit distillation: sum_r abs(p_(r) - q_(r)) over ranks r, teacher and student each sorted
 * on its own (Boizard et al. 2024, eq. 5), for a teacher with another tokenizer. Cells are the ranks up to
 * k and the rest. Blind to which token has which probability. dD/dq at the student's rank r is
 * -sign(p_(r) - q_(r)).
 */
export const uld: Divergence = {
  name: 'uld',
  temperaturePower: 1,
  cells: 'ranks',
  evaluate: ({ p, q }) => {
    const gap = tf.sub(p, q);
    return { value: tf.sum(tf.abs(gap), -1), flux: tf.neg(tf.mul(q, signOf(gap))) };
  },
};
