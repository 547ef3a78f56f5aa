import { TOKEN_KINDS, type TrainedKind } from '@deepcoder/vocabulary';
import { adaptive } from './adaptive.ts';
import type {
  AdaptiveState,
  WeightsConfig,
  KindWeights,
  WeighContext,
  KindLosses,
  WeighedTargets,
  Strategy,
} from './strategy.ts';
import { confidence } from './confidence.ts';
import { curriculum } from './curriculum.ts';

/** Plain data, saved with a checkpoint. */
export type WeightingState = { strategy: 'adaptive' } & AdaptiveState;

/** Turns what a token is into what it counts: w(t) = kind weight * label factor * strategy factor. */
export interface Weighting {
  /**
   * One weight a slot, not normalised; 0 in padding. Constant for gradients.
   * @throws RangeError where the strategy needs the teacher's entropy and there is none
   */
  weigh(targets: WeighedTargets, context: WeighContext): Float32Array;
  /** Called once after each optimizer step. */
  observe(losses: KindLosses): void;
  /** Null for strategies that remember nothing. */
  state(): WeightingState | null;
  /** @throws RangeError for a state of another strategy */
  restore(state: WeightingState | null): void;
  /** Weight of a content token of each kind, as of the last `weigh`; per-token factors not counted. */
  inForce(): KindWeights;
}

/** The weighting that the config names. */
export function createWeighting(config: WeightsConfig): Weighting {
  const strategy = strategyOf(config);
  let lastProgress = 0;
  const inForce = (): KindWeights => {
    const weight = (kind: TrainedKind): number =>
      config[kind] * (strategy.kindFactor?.(kind, lastProgress) ?? 1);
    return {
      reasoning: weight('reasoning'),
      action: weight('action'),
      observation: weight('observation'),
      other: weight('other'),
    };
  };
  return {
    weigh(targets, { progress, teacherEntropy }) {
      lastProgress = progress;
      const perKind = inForce();
      const byCode = TOKEN_KINDS.map((kind) => (kind === 'none' ? 0 : perKind[kind]));
      const factor = tokenFactors(strategy, teacherEntropy);
      return Float32Array.from(targets.kind, (code, slot) => {
        if (slot >= targets.count) return 0;
        return byCode[code]! * (targets.glue[slot] === 1 ? config.labels : 1) * factor(slot);
      });
    },
    observe: (losses) => strategy.observe?.(losses),
    state: () => {
      const state = strategy.state?.();
      return state === undefined ? null : { strategy: 'adaptive', ...state };
    },
    restore(state) {
      if ((state === null) !== (strategy.restore === undefined)) {
        throw new RangeError(
          `weights.strategy ${config.strategy}: the state is of another strategy`,
        );
      }
      if (state !== null) strategy.restore?.(state);
    },
    inForce,
  };
}

function strategyOf(config: WeightsConfig): Strategy {
  switch (config.strategy) {
    case 'uniform':
      return {};
    case 'adaptive':
      return adaptive(config.adaptive);
    case 'curriculum':
      return curriculum(config.curriculum);
    case 'confidence':
      return confidence(config.confidence);
  }
}

function tokenFactors(strategy: Strategy, entropy: Float32Array | null): (slot: number) => number {
  if (strategy.tokenFactor === undefined) return () => 1;
  if (entropy === null) {
    throw new RangeError('weights.strategy confidence needs the entropy of a teacher');
  }
  return (slot) => strategy.tokenFactor!(entropy[slot]!);
}
