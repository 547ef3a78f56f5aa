import type { SamplerPosition } from '../data/sampler.ts';
import type { Config } from '@deepcoder/config';
import { firstLossScale, type LossScaleState } from './optim/lossScale.ts';
import type { WeightingState } from './tokenWeights/weighting.ts';

/** What changes from step to step beside weights and moments; plain data, saved with a checkpoint. */
export interface LoopState {
  /** Optimizer steps that are done, skipped ones included. */
  step: number;
  tokensSeen: number;
  /** Steps that changed the weights: what Adam's bias correction counts. */
  taken: number;
  skippedInARow: number;
  skipped: number;
  lossScale: LossScaleState;
  sampler: SamplerPosition;
  weighting: WeightingState | null;
  /** The student's own games; left out where there were none yet. */
  rollout?: RolloutState;
  best: { metric: string; value: number; step: number } | null;
  /** Evaluations since the early-stopping metric improved, and its best value. */
  early: { waited: number; best: number | null };
}

export interface RolloutState {
  /** Lots of games that were played. */
  lots: number;
  /** What the first lots were like, to tell trouble by; mean over those counted in `lots`. */
  first: { lots: number; tokens: number; overlap: number };
}

export function firstState({
  precision,
  lossScale,
}: Pick<Config['train'], 'precision' | 'lossScale'>): LoopState {
  return {
    step: 0,
    tokensSeen: 0,
    taken: 0,
    skippedInARow: 0,
    skipped: 0,
    lossScale: firstLossScale(precision === 'fp16' ? lossScale : { ...lossScale, initial: 1 }),
    sampler: { epoch: 0, index: 0 },
    weighting: null,
    best: null,
    early: { waited: 0, best: null },
  };
}

/** Whether a value of this metric is better than another: successes and accuracies rise, losses fall. */
export function isBetter(metric: string, value: number, than: number): boolean {
  const rises = /accuracy|agreement/.test(metric);
  return rises ? value > than : value < than;
}
