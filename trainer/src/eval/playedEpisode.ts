import type { Ending } from '@deepcoder/trainer-protocol';
import type { GameKey, Turn } from './environment.ts';
import type { Episode } from './reactText.ts';

/** Tokens of an episode that the player wrote: one line of a turn. */
export interface WrittenLine {
  /** Indices into the episode's `ids`. */
  start: number;
  end: number;
  kind: 'reasoning' | 'action';
}

export interface PlayedTurn extends Turn {
  observation: string;
  reasoningTokens: number;
  actionTokens: number;
  /** The environment did not know or take the action, as far as it says so. */
  invalid: boolean;
  /** It was given, to bring the player to where it begins. */
  replayed: boolean;
  /** What the player wrote, token by token; empty for players without tokens. */
  lines: readonly WrittenLine[];
  /** What the teacher would have said here; null without a teacher or where it said nothing readable. */
  teacher: Turn | null;
}

export interface PlayedEpisode extends Episode {
  key: GameKey;
  /** What sort of task it is. */
  kind: string;
  turns: readonly PlayedTurn[];
  success: boolean;
  ending: Ending;
  /** What the environment said when it failed; null unless the ending is `error`. */
  error: string | null;
  /** All that the player read and wrote, as its tokens; empty for players without tokens. */
  ids: readonly number[];
}

export interface Played {
  /** In the order of the keys. */
  episodes: PlayedEpisode[];
  /** Time that the policy took, without the teacher and the environment. */
  seconds: number;
}
