import type { Config } from '@deepcoder/config';
import { random } from '../../engine/random.ts';
import type { Environment, Game, Turn } from '../../eval/environment.ts';
import { play } from '../../eval/play.ts';
import type { PlayedEpisode } from '../../eval/playedEpisode.ts';
import type { Policy } from '../../eval/policy.ts';
import { turnsAt } from './turnsAt.ts';

export interface LotOptions {
  environment: Environment;
  policy: Policy;
  rollout: Config['train']['rollout'];
  seed: number;
  signal: AbortSignal;
}

/** Marks random numbers as those of rollouts. */
const SALT = 0x0b5e;

/**
 * Plays the games of a lot with the student as it is now. Which games, and what is drawn in each, follow from
 * seed and lot alone, so that a run that goes on plays what an uninterrupted one would have.
 */
export async function playLot(
  lot: number,
  { environment, policy, rollout, seed, signal }: LotOptions,
): Promise<PlayedEpisode[]> {
  const { group, split, temperature } = rollout;
  const maxTurns = turnsAt(lot, rollout);
  const { episodes } = await play({
    ...{ environment, policy, temperature, maxTurns, signal },
    rows: group,
    keys: Array.from({ length: group }, (_, i) => ({ split, seed, index: lot * group + i })),
    random: (index) => random(seed, SALT, lot, index),
    now: () => performance.now(),
    ...(rollout.prefix === 'teacher' && { prefix: (game: Game) => allButLast(game, maxTurns) }),
  });
  return episodes;
}

/** The turns of the expert up to the last so many; none where nobody knows the game. */
async function allButLast(game: Game, turns: number): Promise<readonly Turn[]> {
  const all = (await game.expert()) ?? [];
  return all.slice(0, Math.max(0, all.length - turns));
}
