import type { Ending } from '@deepcoder/trainer-protocol';
import { isRejectedAction } from '@deepcoder/trajectory';
import { type Game, type GameKey, type GameStep, type Turn } from './environment.ts';
import type { PlayedEpisode, PlayedTurn } from './playedEpisode.ts';

/** A game that is being played. */
export interface Table {
  /** Place of its key in the list. */
  index: number;
  key: GameKey;
  game: Game;
  turns: PlayedTurn[];
  ending: Ending | null;
}

/** Within so many turns the same action may not have the same answer so often. */
const STUCK = { turns: 6, repeats: 3 };

/** What a player said, and what is known of how. */
export type Said = Omit<PlayedTurn, 'observation' | 'invalid'>;

/** Takes the action, notes the turn, and says whether and why the game is over. */
export async function takeTurn(table: Table, said: Said, rules: Rules): Promise<void> {
  const step = await table.game.step(said.action, rules.signal);
  table.turns.push({ ...said, observation: step.observation, invalid: isInvalid(step) });
  table.ending = endingOf(table.turns, step, rules);
}

interface Rules {
  maxTurns: number;
  /** A player that gets nowhere may go on. */
  mayRepeat?: boolean;
  signal?: AbortSignal | undefined;
}

/** Where the environment does not say, its words may: "Nothing happens.", "Unknown action". */
function isInvalid({ invalid, observation }: GameStep): boolean {
  return invalid ?? isRejectedAction(observation);
}

function endingOf(
  turns: readonly PlayedTurn[],
  { success, done }: GameStep,
  { maxTurns, mayRepeat = false }: Rules,
): Ending | null {
  if (success) return 'success';
  if (done) return 'failed';
  const own = turns.filter(({ replayed }) => !replayed);
  if (own.length >= maxTurns) return 'turns';
  if (mayRepeat || !isStuck(own)) return null;
  return own.at(-1)!.invalid ? 'invalid' : 'repeated';
}

function isStuck(turns: readonly PlayedTurn[]): boolean {
  const last = turns.at(-1);
  if (last === undefined) return false;
  const same = turns
    .slice(-STUCK.turns)
    .filter(
      ({ action, observation }) => action === last.action && observation === last.observation,
    );
  return same.length >= STUCK.repeats;
}

export function episodeOf(
  { key, game, turns, ending }: Table,
  { ids, error = null }: { ids: readonly number[]; error?: string | null },
): PlayedEpisode {
  const { task, observation, kind } = game;
  const success = ending === 'success';
  return { key, kind, task, observation, turns, success, ending: ending ?? 'turns', error, ids };
}

/** A turn that nobody wrote as tokens. */
export function saidByHand(turn: Turn, { replayed }: { replayed: boolean }): Said {
  return { ...turn, reasoningTokens: 0, actionTokens: 0, replayed, lines: [], teacher: null };
}
