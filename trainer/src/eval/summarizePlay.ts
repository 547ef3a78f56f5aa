import type { Ending, Played, PlayedEpisode, PlayedTurn } from './play.ts';

export interface PlaySummary {
  games: number;
  /** Share of episodes, in [0, 1]. */
  success: number;
  /** Share of each kind of task. */
  successByKind: Record<string, { games: number; success: number }>;
  endings: Record<Ending, number>;
  /** Turns of an episode, mean over episodes. */
  steps: number;
  /** Tokens of reasoning in an episode, mean over episodes. */
  reasoningTokens: number;
  /** Share of turns whose action is the one that the teacher would take after the same history; null without teacher. */
  actionAgreement: number | null;
  /** Mean over turns of how far the thought's words are the teacher's (`wordOverlap`); null without teacher. */
  reasoningMatch: number | null;
  /** Wall time of the policy over turns; games played side by side share it. */
  secondsPerStep: number;
}

/** The figures of some played games; there must be at least one. */
export function summarizePlay({ episodes, seconds }: Played): PlaySummary {
  const turns = episodes.flatMap((episode) => episode.turns);
  const advised = turns.filter((turn) => turn.teacher !== null);
  const sameAction = ({ action, teacher }: PlayedTurn): number =>
    plain(action) === plain(teacher!.action) ? 1 : 0;
  return {
    games: episodes.length,
    success: mean(episodes, (episode) => Number(episode.success)),
    successByKind: byKind(episodes),
    endings: countEndings(episodes),
    steps: turns.length / episodes.length,
    reasoningTokens: mean(episodes, (episode) =>
      episode.turns.reduce((sum, turn) => sum + turn.reasoningTokens, 0),
    ),
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
  const counts = { success: 0, turns: 0, stuck: 0, unreadable: 0, context: 0 };
  for (const { ending } of episodes) counts[ending] += 1;
  return counts;
}

function mean<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0) / items.length;
}
