import { type Ending, ENDINGS, type PlayFile, type PlayRow } from '@deepcoder/trainer-protocol';
import { wilsonInterval } from '@deepcoder/vocabulary';
import { mcNemar, type Paired } from './mcNemar.ts';
import type { PlayedPanel } from './playPanel.ts';
import { reactText } from './reactText.ts';

/** A won and a lost episode of a player, as text. */
export function sampleEpisodes({ who, episodes }: PlayedPanel): PlayFile['episodes'] {
  const won = episodes.find(({ success }) => success);
  const lost = episodes.find(({ success, ending }) => !success && ending !== 'error');
  return [won, lost].flatMap((episode) =>
    episode === undefined ? [] : [{ who, success: episode.success, text: reactText(episode) }],
  );
}

/** Metrics of a player, by name; those of a second environment and on have its name at their end. */
export function playMetrics({ summary }: Pick<PlayedPanel, 'summary'>): Record<string, number> {
  const { success, steps, reasoningTokens, actionAgreement, reasoningMatch } = summary;
  return {
    'play/success': success,
    'play/steps': steps,
    'play/reasoning_tokens': reasoningTokens,
    ...(actionAgreement === null ? {} : { 'play/action_agreement': actionAgreement }),
    ...(reasoningMatch === null ? {} : { 'play/reasoning_match': reasoningMatch }),
  };
}

/** A table of players for the terminal; the environment is named where there are several. */
export function playTable(players: readonly PlayRow[]): string {
  const places = new Set(players.map(({ environment, split }) => `${environment} ${split}`));
  const rows = players.map((row) => [
    ...(places.size > 1 ? [`${row.environment ?? ''} ${row.split ?? ''}`] : []),
    row.who,
    percent(row.success),
    intervalText(row),
    row.steps?.toFixed(1) ?? '-',
    row.reasoningTokens?.toFixed(0) ?? '-',
    row.invalidActions === null ? '-' : percent(row.invalidActions),
    row.actionAgreement === null ? '-' : percent(row.actionAgreement),
    row.secondsPerStep?.toFixed(3) ?? '-',
  ]);
  const titles = ['success', '95 %', 'steps', 'reasoning tokens', 'invalid', 'agreement', 's/step'];
  return table([[...(places.size > 1 ? ['', ''] : ['']), ...titles], ...rows]);
}

function table(lines: readonly string[][]): string {
  const widths = lines[0]!.map((_, i) =>
    lines.reduce((most, row) => Math.max(most, row[i]!.length), 0),
  );
  const names = lines[0]!.findIndex((title) => title !== '');
  const line = (row: string[]): string =>
    row
      .map((cell, i) => (i < names ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ');
  return lines.map((row) => line(row).trimEnd()).join('\n');
}

/** "81-94 %": Wilson's interval. */
function intervalText({ success, games }: PlayRow): string {
  const [low, high] = wilsonInterval(success, games);
  return `${(100 * low).toFixed(0)}-${percent(high)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

/** How episodes ended, in words: "61 won, 20 repeated themselves". */
export function endingsText(endings: Partial<Record<Ending, number>>): string {
  const told = ENDINGS.filter((ending) => (endings[ending] ?? 0) > 0);
  return told.map((ending) => `${endings[ending] ?? 0} ${ENDING_WORDS[ending]}`).join(', ');
}

const ENDING_WORDS: Readonly<Record<Ending, string>> = {
  success: 'won',
  failed: 'lost in the world',
  invalid: 'stuck on an action that is refused',
  repeated: 'stuck on one action',
  unreadable: 'with no readable action',
  context: 'with a full context',
  turns: 'out of turns',
  error: "spoilt by the environment's errors",
};

/** What every game of a row was: won or lost; null where the environment failed. */
function wins({ outcomes }: PlayRow): (boolean | null)[] {
  return Array.from(outcomes ?? '', (digit) => {
    const ending = ENDINGS[Number(digit)];
    return ending === 'error' ? null : ending === 'success';
  });
}

/** Two players over the same games. */
export interface PairedRows extends Paired {
  environment: string;
  split: string;
  one: string;
  other: string;
}

/** The last player of each environment against all others, game by game. */
export function pairRows(rows: readonly PlayRow[]): PairedRows[] {
  const groups = new Map<string, PlayRow[]>();
  for (const row of rows) {
    const key = `${row.environment}\n${row.split}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((group) => {
    const last = group.at(-1)!;
    return group.slice(0, -1).map((other) => pair(last, other));
  });
}

export function pair(one: PlayRow, other: PlayRow): PairedRows {
  return {
    ...{ environment: one.environment ?? '', split: one.split ?? '' },
    ...{ one: one.who, other: other.who },
    ...mcNemar(wins(one), wins(other)),
  };
}

/** "student after against student before: 72 games only the first won, 1 only the second; p < 0.001". */
export function pairText({ one, other, onlyOne, onlyOther, p }: PairedRows): string {
  const chance = p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
  return `${one} against ${other}: won ${onlyOne} that it lost, lost ${onlyOther} that it won; ${chance}`;
}
