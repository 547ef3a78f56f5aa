import type { PlayFile } from '@deepcoder/trainer-protocol';
import type { GameKey } from './environment.ts';
import { household } from './household/household.ts';
import { play, type PlayedEpisode } from './play.ts';
import type { Policy } from './policy.ts';
import { reactText } from './reactText.ts';
import { type PlaySummary, summarizePlay } from './summarizePlay.ts';
import type { Progress } from '../run/progress.ts';

export interface PlayGamesOptions {
  policy: Policy;
  /** Asked what it would do at each turn. */
  teacher: Policy | null;
  games: number;
  seed: number;
  /** Name of the player, for progress. */
  who: string;
  progress: Progress;
  temperature?: number;
  signal?: AbortSignal | undefined;
}

export interface PlayedGames {
  who: string;
  summary: PlaySummary;
  episodes: PlayedEpisode[];
}

/** Plays unseen games of the household. */
export async function playGames(options: PlayGamesOptions): Promise<PlayedGames> {
  const { policy, teacher, who, progress, temperature = 0 } = options;
  const played = await play({
    environment: household,
    keys: testGames(options.games, options.seed),
    policy,
    temperature,
    now: () => performance.now(),
    onTurn: ({ ended, games, turns }) =>
      progress.advance(`play (${who})`, { done: ended, total: games, note: `${turns} turns` }),
    ...(teacher === null ? {} : { teacher }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  return { who, summary: summarizePlay(played), episodes: played.episodes };
}

function testGames(games: number, seed: number): GameKey[] {
  return Array.from({ length: games }, (_, index) => ({ split: 'test', seed, index }));
}

/** One line of a table of players. */
export type PlayRow = PlayFile['rows'][number];

export function playRow({ who, summary }: PlayedGames): PlayRow {
  const { games, success, steps, reasoningTokens, actionAgreement, secondsPerStep } = summary;
  return { who, games, success, steps, reasoningTokens, actionAgreement, secondsPerStep };
}

/** The content of `play.json`: a row for each player, and sample episodes of `last`. */
export function playFile(
  rows: readonly PlayRow[],
  last: PlayedGames,
): Omit<PlayFile, 'protocolVersion'> {
  const won = last.episodes.find(({ success }) => success);
  const lost = last.episodes.find(({ success }) => !success);
  return {
    environment: household.name,
    rows: [...rows],
    episodes: [won, lost].flatMap((episode) =>
      episode === undefined
        ? []
        : [{ who: last.who, success: episode.success, text: reactText(episode) }],
    ),
  };
}

/** Metrics of a player, by name. */
export function playMetrics({ summary }: PlayedGames): Record<string, number> {
  const { success, steps, reasoningTokens, actionAgreement, reasoningMatch } = summary;
  return {
    'play/success': success,
    'play/steps': steps,
    'play/reasoning_tokens': reasoningTokens,
    ...(actionAgreement === null ? {} : { 'play/action_agreement': actionAgreement }),
    ...(reasoningMatch === null ? {} : { 'play/reasoning_match': reasoningMatch }),
  };
}

/** A table of players for the terminal. */
export function playTable(players: readonly PlayRow[]): string {
  const header = ['', 'success', 'steps', 'reasoning tokens', 'action agreement', 's/step'];
  const rows = players.map((row) => [
    row.who,
    percent(row.success),
    row.steps?.toFixed(1) ?? '-',
    row.reasoningTokens?.toFixed(0) ?? '-',
    row.actionAgreement === null ? '-' : percent(row.actionAgreement),
    row.secondsPerStep?.toFixed(3) ?? '-',
  ]);
  const widths = header.map((_, i) =>
    [header, ...rows]
      .map((row) => row[i]!.length)
      .reduce((most, one) => Math.max(most, one), -Infinity),
  );
  const line = (row: string[]): string =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ');
  return [header, ...rows].map((row) => line(row).trimEnd()).join('\n');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
