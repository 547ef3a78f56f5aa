import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * Teacher and student over the same cells of one position each: the teacher's top k tokens by falling
 * probability, then one tail cell for all other tokens (none where k is the whole vocabulary).
 * All float32 `[N, C]`; p and q sum to 1 over the cells.
 */
export interface Cells {
  p: Tensor;
  logP: Tensor;
  q: Tensor;
  logQ: Tensor;
}

export interface DivergenceResult {
  /** D, in nats where it is a relative entropy; float32 `[N]`. */
  value: Tensor;
  /** q_c dD/dq_c for each cell; float32 `[N, C]`. The product stays finite where the slope alone does not. */
  flux: Tensor;
}

/**
 * A divergence between teacher and student. The shared kernel turns it into a gradient of the logits:
 * with q = softmax(z / T), dD/dz_j = (q_j / q_c) / T (flux_c - q_c sum(flux)) for token j of cell c.
 */
export interface Divergence {
  name: string;
  /** The power of T that keeps the gradient's size as T changes: 2 where D is locally quadratic. */
  temperaturePower: 1 | 2;
  evaluate(cells: Cells): DivergenceResult;
}
