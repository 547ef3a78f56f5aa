import { LOSS_COLUMNS } from '../../losses/distillationLoss.ts';

/** In nats: a token that the teacher all but excludes must not outweigh all others. */
const LARGEST = 5;

/**
 * Weights that make cross-entropy on sampled tokens the policy gradient of reverse KL: for a token y drawn
 * from the student q, `grad KL(q, p) = E[(log q(y) - log p(y)) grad log q(y)]` (Williams 1992; as in Tinker's
 * and TRL's on-policy distillation), so that minimising `w A (-log q(y))` with `A = log p(y) - log q(y)` and A
 * constant follows it. A is clamped to +-5 nats. Only the token that was said counts: the result has more
 * noise than a divergence over the top k, and no bias from the tail.
 *
 * @param weights `[P]`, which A multiplies
 * @param columns `[P, LOSS_COLUMNS]`, of the batch as the student finds it now
 * @param label `[P]`, the teacher's log-probabilities of the labels, in nats
 */
export function policyGradientWeights(
  weights: Float32Array,
  columns: Float32Array,
  label: Float32Array,
): Float32Array {
  const width = LOSS_COLUMNS.length;
  const at = LOSS_COLUMNS.indexOf('crossEntropy');
  return weights.map((weight, slot) => {
    if (weight === 0) return 0;
    const studentLogp = -columns[slot * width + at]!;
    return weight * Math.max(-LARGEST, Math.min(LARGEST, label[slot]! - studentLogp));
  });
}
