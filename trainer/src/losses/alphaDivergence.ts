import * as tf from '@tensorflow/tfjs-core';
import type { Cells, Divergence, DivergenceResult } from './divergence.ts';
import { forwardKl } from './forwardKl.ts';
import { logRatio } from './logRatio.ts';
import { reverseKl } from './reverseKl.ts';

/**
 * Alpha divergence (sum_c p_c^a q_c^(1 - a) - 1) / (a (a - 1)) (Amari 2009), KL(p || q) for a = 1 and
 * KL(q || p) for a = 0. dD/dq = -(p / q)^a / a.
 *
 * With r = log(p / q) each cell's term is q (expm1(a r) - a expm1(r)) / (a (a - 1)), which is at least 0
 * and exact for small a and small r; above a = 1/2 the same is written from p's side, where a and 1 - a
 * and p and q change places.
 */
export function alphaDivergence(alpha: number): Divergence {
  const name = `alpha(${alpha})`;
  if (alpha === 1) return { ...forwardKl, name };
  if (alpha === 0) return { ...reverseKl, name };
  return {
    name,
    temperaturePower: 2,
    evaluate: (cells) => (alpha > 0.5 ? fromTeacher(cells, alpha) : fromStudent(cells, alpha)),
  };
}

function fromStudent(cells: Cells, alpha: number): DivergenceResult {
  const { p, q } = cells;
  const excess = tf.mul(q, tf.expm1(tf.mul(logRatio(cells), alpha)));
  const terms = tf.sub(excess, tf.mul(tf.sub(p, q), alpha));
  return {
    value: tf.div(tf.sum(terms, -1), alpha * (alpha - 1)),
    flux: tf.div(excess, -alpha),
  };
}

function fromTeacher(cells: Cells, alpha: number): DivergenceResult {
  const { p, q } = cells;
  const excess = tf.mul(p, tf.expm1(tf.mul(logRatio(cells), alpha - 1)));
  const gap = tf.sub(p, q);
  const terms = tf.add(excess, tf.mul(gap, 1 - alpha));
  return {
    value: tf.div(tf.sum(terms, -1), alpha * (alpha - 1)),
    flux: tf.div(tf.add(excess, gap), -alpha),
  };
}
