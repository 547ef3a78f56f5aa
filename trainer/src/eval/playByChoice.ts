import { turnIfDue } from '../engine/turnIfDue.ts';
import type { Environment, GameKey, Turn } from './environment.ts';
import { begin, gamesOf } from './games.ts';
import type { Played, PlayedEpisode } from './playedEpisode.ts';
import { episodeOf, type Said, saidByHand, type Table, takeTurn } from './table.ts';

/** Somebody who acts without a text of tokens: an expert, chance, a service that only talks. */
export interface Chooser {
  /** Begins a game. */
  start(table: Pick<Table, 'game' | 'key'>): Promise<PlayerOfOne>;
}

/** What to do next; null where nothing readable was said, which ends the game. */
type PlayerOfOne = (turns: readonly Said[], last: string | null) => Promise<Turn | null>;

export interface PlayByChoiceOptions {
  environment: Environment;
  keys: readonly GameKey[];
  chooser: Chooser;
  maxTurns: number;
  /** Games side by side. */
  concurrency: number;
  /** A player that gets nowhere may go on. */
  mayRepeat?: boolean;
  onEnd?: (ended: number) => void;
  signal?: AbortSignal | undefined;
}

/** Plays one game per key; a game is restarted once if the environment fails. */
export async function playByChoice(options: PlayByChoiceOptions): Promise<Played> {
  const { keys, concurrency, signal } = options;
  const games = gamesOf(keys);
  const worker = async (): Promise<void> => {
    for (let index = games.next(); index !== null; index = games.next()) {
      signal?.throwIfAborted();
      let table: Table | null = null;
      try {
        table = await begin(options.environment, { keys, index, signal });
        games.end(index, await playOne(options, table));
        options.onEnd?.(games.ended());
      } catch (error) {
        games.failed(index, error, table);
      } finally {
        table?.game.end();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, keys.length) }, worker));
  return { episodes: games.episodes(), seconds: 0 };
}

async function playOne(
  { chooser, maxTurns, mayRepeat, signal }: PlayByChoiceOptions,
  table: Table,
): Promise<PlayedEpisode> {
  const next = await chooser.start(table);
  while (table.ending === null) {
    await turnIfDue();
    signal?.throwIfAborted();
    const turn = await next(table.turns, table.turns.at(-1)?.observation ?? null);
    if (turn === null) table.ending = 'unreadable';
    else {
      const said = saidByHand(turn, { replayed: false });
      await takeTurn(table, said, { maxTurns, signal, ...(mayRepeat === true && { mayRepeat }) });
    }
  }
  return episodeOf(table, { ids: [] });
}
