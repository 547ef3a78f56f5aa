import type { TrainedKind } from '@deepcoder/vocabulary';
import type { KindLosses, Strategy, WeightsConfig, AdaptiveState } from './strategy.ts';

/** Share that a new step has in the running mean: about the last ten steps count. */
const SHARE = 0.1;

/**
 * Kinds that lag get more: factor = (running mean of the kind's loss / mean over the kinds)^eta, within
 * [min, max], renewed every `every` steps; 1 until then and for kinds without loss. The running mean is
 * exponential and starts at the first value, so early steps are not drawn towards 0. Losses that are not
 * finite are left out.
 */
export function adaptive({ eta, min, max, every }: WeightsConfig['adaptive']): Strategy {
  let state: AdaptiveState = { means: {}, factors: {}, steps: 0 };
  return {
    kindFactor: (kind) => state.factors[kind] ?? 1,
    observe(losses) {
      const means = { ...state.means };
      for (const [kind, loss] of entries(losses)) {
        if (!Number.isFinite(loss)) continue;
        const before = means[kind] ?? loss;
        means[kind] = before + SHARE * (loss - before);
      }
      const steps = state.steps + 1;
      const isDue = steps % every === 0;
      state = { means, steps, factors: isDue ? factorsOf(means) : state.factors };
    },
    state: () => structuredClone(state),
    restore(saved) {
      const { means, factors, steps } = saved;
      state = structuredClone({ means, factors, steps });
    },
  };

  function factorsOf(means: KindLosses): KindLosses {
    const all = entries(means);
    const mean = all.reduce((sum, [, loss]) => sum + loss, 0) / all.length;
    if (!(mean > 0)) return {};
    return Object.fromEntries(
      all.map(([kind, loss]) => {
        const factor = (Math.max(0, loss) / mean) ** eta;
        return [kind, Math.min(max, Math.max(min, factor))];
      }),
    );
  }
}

function entries(losses: KindLosses): [TrainedKind, number][] {
  return Object.entries(losses) as [TrainedKind, number][];
}
