import type { Sample, SupervisionWeights } from './sample.ts';

/** The supervised targets of one sample, in its own positions. */
export interface ShiftedTargets {
  /** Position that predicts. */
  index: number[];
  /** Position of the label, always `index + 1`. */
  offset: number[];
}

/**
 * The one place where labels are shifted: the token at t + 1 is the label that position t predicts, and
 * its kind and glue decide the weight there. The first token of a sample is never a label. Kept are
 * labels whose weight (kind weight, times `labels` for glue) is above 0.
 */
export function shiftTargets(
  { kinds, glue }: Pick<Sample, 'kinds' | 'glue'>,
  weights: SupervisionWeights,
): ShiftedTargets {
  const all = labelWeights({ kinds, glue }, weights);
  const shifted: ShiftedTargets = { index: [], offset: [] };
  for (let t = 0; t + 1 < kinds.length; t++) {
    const label = t + 1;
    if (all[label]! <= 0) continue;
    shifted.index.push(t);
    shifted.offset.push(label);
  }
  return shifted;
}

/** What predicting each token counts, before any weighting strategy: its kind's weight, times `labels` for glue. */
export function labelWeights(
  { kinds, glue }: Pick<Sample, 'kinds' | 'glue'>,
  weights: SupervisionWeights,
): Float64Array {
  const byKind = [0, weights.reasoning, weights.action, weights.observation, weights.other];
  const all = new Float64Array(kinds.length);
  for (let token = 0; token < all.length; token++) {
    all[token] = byKind[kinds[token]!]! * (glue[token] === 1 ? weights.labels : 1);
  }
  return all;
}
