import type { Sample, SupervisionWeights } from './types.ts';

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
  const byKind = [0, weights.reasoning, weights.action, weights.observation, weights.other];
  const shifted: ShiftedTargets = { index: [], offset: [] };
  for (let t = 0; t + 1 < kinds.length; t++) {
    const label = t + 1;
    const weight = byKind[kinds[label]!]! * (glue[label] === 1 ? weights.labels : 1);
    if (weight <= 0) continue;
    shifted.index.push(t);
    shifted.offset.push(label);
  }
  return shifted;
}
