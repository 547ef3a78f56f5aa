import type { Tensor } from '@tensorflow/tfjs-core';
import { KIND, type TrainedKind } from '@deepcoder/vocabulary';

/** Log-probabilities of the teacher are taken as no lower than this, so that log ratios stay finite. */
export const LOGP_FLOOR = -80;

/**
 * Teacher and student over the same cells of one position each: the teacher's top k tokens by falling
 * probability (ties by token id), then one tail cell for all other tokens (none where k is the whole
 * vocabulary). All float32 `[N, C]`; p and q sum to 1 over the cells.
 */
export interface Cells {
  p: Tensor;
  /** At least `LOGP_FLOOR`. */
  logP: Tensor;
  q: Tensor;
  logQ: Tensor;
  hasTail: boolean;
}

export interface DivergenceResult {
  /** D, in nats where it is a relative entropy; float32 `[N]`. */
  value: Tensor;
  /**
   * q_c dD/dq_c for each cell, float32 `[N, C]`, finite for all cells. A multiple of q may be left out or
   * added: it does not change the gradient of the logits.
   */
  flux: Tensor;
}

/**
 * A divergence between teacher and student. The shared kernel turns it into a gradient of the logits:
 * with q = softmax(z / T), dD/dz_j = (q_j / q_c) / T (flux_c - q_c sum(flux)) for token j of cell c.
 */
export interface Divergence {
  /** Its name in the config, with the parameters: equal names compute the same. */
  name: string;
  /** The power of T that keeps the gradient's size as T changes: 2 where D is locally quadratic. */
  temperaturePower: 1 | 2;
  /**
   * What cells are: the teacher's tokens, or ranks, for a teacher whose tokens are not the student's
   * (then p and q are each in falling order).
   */
  cells?: 'tokens' | 'ranks';
  evaluate(cells: Cells): DivergenceResult;
}

/** One divergence for all tokens, or one per kind. */
export type DivergenceChoice = Divergence | Record<TrainedKind, Divergence>;

/** A divergence with the kinds that it is for; null: all. */
export interface DivergencePart {
  divergence: Divergence;
  codes: readonly number[] | null;
}

/** The different divergences of a choice; a single one where all kinds have the same. */
export function divergenceParts(choice: DivergenceChoice): DivergencePart[] {
  if ('evaluate' in choice) return [{ divergence: choice, codes: null }];
  const byName = new Map<string, { divergence: Divergence; codes: number[] }>();
  for (const [kind, divergence] of Object.entries(choice) as [TrainedKind, Divergence][]) {
    const part = byName.get(divergence.name) ?? { divergence, codes: [] };
    part.codes.push(KIND[kind]);
    byName.set(divergence.name, part);
  }
  const parts = [...byName.values()];
  return parts.length === 1 ? [{ divergence: parts[0]!.divergence, codes: null }] : parts;
}
