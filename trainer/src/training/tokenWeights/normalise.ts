/** Sum of the weights of a whole accumulation window, in f64; add those of the other ranks to it. */
export function weightSum(window: readonly Float32Array[]): number {
  let sum = 0;
  for (const weights of window) for (const weight of weights) sum += weight;
  return sum;
}

/**
 * w(t) / sum w * scale, so that the objective sums to the weighted mean over the window; all 0 where
 * the sum is 0. It is the only normalisation: micro-batches, rows and records do not count by themselves.
 *
 * @param scale the loss scale of mixed precision, else 1
 */
export function normalise(weights: Float32Array, sum: number, scale = 1): Float32Array {
  const factor = sum > 0 ? scale / sum : 0;
  return weights.map((weight) => weight * factor);
}
