import type { Config } from '@deepcoder/config';

type Rollout = Config['train']['rollout'];

/**
 * Turns that the student plays in a lot: TCOD's curriculum (arXiv 2604.24005), `start` at first and one more
 * every `every` lots up to `max`; without one `max_turns` always.
 */
export function turnsAt(
  lot: number,
  { curriculum, maxTurns }: Pick<Rollout, 'curriculum' | 'maxTurns'>,
): number {
  if (curriculum === null) return maxTurns;
  const { start, every, max } = curriculum;
  return Math.min(maxTurns, Math.max(start, Math.min(max, start + Math.floor(lot / every))));
}
