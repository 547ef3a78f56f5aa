import type { Strategy, WeightsConfig } from './strategy.ts';

/** Factor 1 - H where the teacher's certainty is to count, H where its doubt is; H its normalised entropy. */
export function confidence({ direction }: WeightsConfig['confidence']): Strategy {
  return {
    tokenFactor: (entropy) => (direction === 'confident' ? 1 - entropy : entropy),
  };
}
