import { type Environment, EnvironmentError, type Game, type GameKey } from './environment.ts';
import { type PlayedEpisode } from './playedEpisode.ts';
import { episodeOf, type Table } from './table.ts';

/** Maximum restarts of a game: after its own environment failure, and after one caused by another game. */
const AGAIN = { own: 1, byOthers: 5 };

/** The games of a list: which comes next, and what became of each. */
export interface Games {
  /** Index of the next game to begin; null where none waits. */
  next(): number | null;
  isOver(): boolean;
  ended(): number;
  end(index: number, episode: PlayedEpisode): void;
  /** Handles an error in a game: schedules a restart or ends the game with it. Rethrows other errors. */
  failed(index: number, error: unknown, table: Table | null): void;
  episodes(): PlayedEpisode[];
}

export function gamesOf(keys: readonly GameKey[]): Games {
  const waiting = keys.map((_, index) => index);
  const episodes = new Array<PlayedEpisode | undefined>(keys.length).fill(undefined);
  const failures = keys.map(() => ({ own: 0, byOthers: 0 }));
  let count = 0;
  const end = (index: number, episode: PlayedEpisode): void => {
    episodes[index] = episode;
    count++;
  };
  return {
    next: () => waiting.shift() ?? null,
    isOver: () => count === keys.length,
    ended: () => count,
    end,
    failed(index, error, table) {
      if (!(error instanceof EnvironmentError)) throw error;
      const sort = error.byOthers ? 'byOthers' : 'own';
      if (failures[index]![sort]++ < AGAIN[sort]) {
        waiting.push(index);
        return;
      }
      const seat = table ?? { ...NOTHING, index, key: keys[index]! };
      end(index, episodeOf({ ...seat, ending: 'error' }, { ids: [], error: error.message }));
    },
    episodes: () => episodes.filter((one) => one !== undefined),
  };
}

const unknown = (): never => {
  throw new Error('a game that never began is not played');
};
const UNKNOWN: Game = {
  ...{ task: '', observation: '', kind: '' },
  ...{ step: unknown, validActions: unknown, expert: unknown, end: () => undefined },
};
const NOTHING = { game: UNKNOWN, turns: [], ending: null };

/** Begins a game; the signal breaks off the wait. */
export async function begin(
  environment: Environment,
  {
    keys,
    index,
    signal,
  }: { keys: readonly GameKey[]; index: number; signal?: AbortSignal | undefined },
): Promise<Table> {
  const key = keys[index]!;
  const game = await environment.reset(key, signal);
  return { index, key, game, turns: [], ending: null };
}
