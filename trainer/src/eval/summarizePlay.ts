import { type Ending, ENDINGS } from '@deepcoder/trainer-protocol';
import type { Played, PlayedEpisode, PlayedTurn } from './playedEpisode.ts';

/** Of games in which the environment did not fail; those are only counted among the endings. */
export interface PlaySummary {
  games: number;
  /** Share of games, in [0, 1]; of none at all 0. */
  success: number;
  /** Share of each kind of task. */
  successByKind: Record<string, { games: number; success: number }>;
  endings: Record<Ending, number>;
  /** Turns of an episode, mean over episodes. */
  steps: number;
  /** Tokens of reasoning in an episode, mean over episodes. */
  reasoningTokens: number;
  /** Tokens that the player wrote in an episode, mean over episodes; null for players without tokens. */
  tokens: number | null;
  /** Share of turns whose action the environment did not take, as far as it says so. */
  invalidActions: number;
  /** Share of turns whose action is the one that the teacher would take after the same history; null without teacher. */
  actionAgreement: number | null;
  /** Mean over turns of how far the thought's words are the teacher's (`wordOverlap`); null without teacher. */
  reasoningMatch: number | null;
  /** Wall time of the policy over turns; games played side by side share it. */
  secondsPerStep: number;
}

/** The figures of some played games. */
export function summarizePlay({ episodes: all, seconds }: Played): PlaySummary {
  const episodes = all.filter(({ ending }) => ending !== 'error');
  const turns = episodes.flatMap(({ turns }) => turns.filter(({ replayed }) => !replayed));
  const written = mean(episodes, ({ turns }) =>
    turns.reduce((sum, turn) => sum + turn.reasoningTokens + turn.actionTokens, 0),
  );
  const advised = turns.filter((turn) => turn.teacher !== null);
  const sameAction = ({ action, teacher }: PlayedTurn): number =>
    plain(action) === plain(teacher!.action) ? 1 : 0;
  return {
    games: episodes.length,
    success: mean(episodes, (episode) => Number(episode.success)),
    successByKind: byKind(episodes),
    endings: countEndings(all),
    steps: turns.length / Math.max(1, episodes.length),
    reasoningTokens: mean(episodes, (episode) =>
      episode.turns.reduce((sum, turn) => sum + turn.reasoningTokens, 0),
    ),
    tokens: written === 0 ? null : written,
    invalidActions: mean(turns, ({ invalid }) => Number(invalid)),
    actionAgreement: advised.length === 0 ? null : mean(advised, sameAction),
    reasoningMatch:
      advised.length === 0
        ? null
        : mean(advised, ({ thought, teacher }) => wordOverlap(thought, teacher!.thought)),
    secondsPerStep: turns.length === 0 ? 0 : seconds / turns.length,
  };
}

/**
 * F1 of the words of two texts taken as multisets: 2 c / (n + m) with c words in common, n and m
 * words in all; 1 when both are empty. Case and punctuation do not count.
 */
export function wordOverlap(one: string, other: string): number {
  const [left, right] = [words(one), words(other)];
  if (left.length + right.length === 0) return 1;
  const rest = new Map<string, number>();
  for (const word of left) rest.set(word, (rest.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of right) {
    const count = rest.get(word) ?? 0;
    if (count > 0) common += 1;
    rest.set(word, count - 1);
  }
  return (2 * common) / (left.length + right.length);
}

function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function plain(action: string): string {
  return words(action).join(' ');
}

function byKind(episodes: readonly PlayedEpisode[]): PlaySummary['successByKind'] {
  const kinds = [...new Set(episodes.map((episode) => episode.kind))].sort();
  const of = (kind: string): PlayedEpisode[] => episodes.filter((episode) => episode.kind === kind);
  return Object.fromEntries(
    kinds.map((kind) => [
      kind,
      { games: of(kind).length, success: mean(of(kind), (episode) => Number(episode.success)) },
    ]),
  );
}

function countEndings(episodes: readonly PlayedEpisode[]): Record<Ending, number> {
  const none = Object.fromEntries(ENDINGS.map((ending) => [ending, 0]));
  const counts = none as Record<Ending, number>;
  for (const { ending } of episodes) counts[ending] += 1;
  return counts;
}

function mean<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0) / Math.max(1, items.length);
}
