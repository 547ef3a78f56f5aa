import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { putAlongRow } from '../engine/ops/alongAxis.ts';

/** The least factor of a row of gradients; what is smaller counts as this. */
const LEAST_FACTOR = 1e-20;

/** dL/dz as rows, each still to be multiplied by its factor; null for factors of 1. */
export interface LogitGradient {
  rowsNV: Tensor;
  factorN1: Tensor | null;
}

/**
 * A gradient per cell as a gradient per token: the tail's is shared out among its tokens. A product would
 * be one more `[N, V]`, so the tail's gradient becomes the row's factor where factors are allowed.
 */
export function spreadOverTokens(
  cellsNC: Tensor,
  { tailShareNV, idsNK }: { tailShareNV: Tensor | null; idsNK: Tensor },
  allowFactors: boolean,
): LogitGradient {
  const [rows, k] = idsNK.shape as [number, number];
  if (tailShareNV === null) {
    return { rowsNV: putAlongRow(tf.zeros([rows, k]), idsNK, cellsNC), factorN1: null };
  }
  const topNK = tf.slice(cellsNC, [0, 0], [-1, k]);
  const tailN1 = tf.slice(cellsNC, [0, k], [-1, 1]);
  if (!allowFactors) {
    return { rowsNV: putAlongRow(tf.mul(tailShareNV, tailN1), idsNK, topNK), factorN1: null };
  }
  const least = tf.fill(tailN1.shape, LEAST_FACTOR);
  const divisorN1 = tf.where(tf.less(tf.abs(tailN1), LEAST_FACTOR), least, tailN1);
  const isZero = tf.equal(tf.max(tf.abs(cellsNC), -1, true), 0);
  return {
    rowsNV: putAlongRow(tailShareNV, idsNK, tf.div(topNK, divisorN1)),
    factorN1: tf.where(isZero, tf.zerosLike(divisorN1), divisorN1),
  };
}

/** With the label's part of a cross-entropy that has this share of the loss, a number or `[N, 1]`: -1 there, times the share. */
export function addLabel(
  { rowsNV, factorN1 }: LogitGradient,
  labelsN1: Tensor,
  share: number | Tensor,
): LogitGradient {
  if (share === 0) return { rowsNV, factorN1 };
  const label = typeof share === 'number' ? tf.fill(labelsN1.shape, -share) : tf.neg(share);
  const scaled = factorN1 === null ? label : tf.div(label, factorN1);
  return { rowsNV: putAlongRow(rowsNV, labelsN1, scaled, 'add'), factorN1 };
}
