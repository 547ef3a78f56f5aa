import type { Config } from '@deepcoder/config';
import type { TrainedKind } from '@deepcoder/vocabulary';
import type { Targets } from '../../data/types.ts';

export type WeightsConfig = Config['weights'];

export type KindWeights = Record<TrainedKind, number>;

/** What is known of a micro-batch when it is weighed. */
export interface WeighContext {
  /** Share of the run that is done, 0 to 1. */
  progress: number;
  /** The teacher's normalised entropy at each slot, 0 to 1 (`normalisedEntropies`); null without a teacher. */
  teacherEntropy: Float32Array | null;
}

/** Mean loss of each kind over the tokens of one optimizer step; kinds without tokens are left out. */
export type KindLosses = Partial<KindWeights>;

/** The part of a batch's targets that weights depend on. */
export type WeighedTargets = Pick<Targets, 'kind' | 'glue' | 'count'>;

/** One way to compute the factor of a token beside its kind's weight. */
export interface Strategy {
  /** Factor of all tokens of a kind at this progress. */
  kindFactor?(kind: TrainedKind, progress: number): number;
  /** Factor of one token by the teacher's normalised entropy there. */
  tokenFactor?(entropy: number): number;
  observe?(losses: KindLosses): void;
  state?(): AdaptiveState;
  restore?(state: AdaptiveState): void;
}

export interface AdaptiveState {
  /** Running mean loss of each kind that was seen, in nats. */
  means: KindLosses;
  factors: KindLosses;
  /** Optimizer steps observed. */
  steps: number;
}
