import type { Strategy, WeightsConfig } from './strategy.ts';

/**
 * Factors of reasoning and action that go from their first value to their second as the run goes from
 * progress 0 to 1, in a straight line or along half a cosine; other kinds keep 1.
 */
export function curriculum({ reasoning, action, schedule }: WeightsConfig['curriculum']): Strategy {
  return {
    kindFactor(kind, progress) {
      if (kind !== 'reasoning' && kind !== 'action') return 1;
      const [start, end] = kind === 'reasoning' ? reasoning : action;
      const done = Math.min(1, Math.max(0, progress));
      const share = schedule === 'linear' ? done : (1 - Math.cos(Math.PI * done)) / 2;
      return start + (end - start) * share;
    },
  };
}
