import { t } from './l10n.ts';

/** Losses in nats at which the next, warmer, level begins; 3 nats are a probability of 5 %. */
const STEPS = [0.1, 0.5, 1.5, 3];

export const HEAT_LEVELS = STEPS.length + 1;

/** How warm a token of this loss is shown, from 0 (foretold) to `HEAT_LEVELS` - 1. */
export function heatLevel(nats: number): number {
  return STEPS.filter((step) => nats >= step).length;
}

/** The losses of a level, in words. */
export function heatRange(level: number): string {
  const [from, to] = [STEPS[level - 1], STEPS[level]];
  if (from === undefined) return t('below {0} nats', to!);
  return to === undefined ? t('{0} nats and more', from) : t('{0} to {1}', from, to);
}
