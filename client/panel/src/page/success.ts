import { formatNumber, formatValue } from '../formatValue.ts';
import { t } from '../l10n.ts';
import type { PlayRow, Run } from '../run.ts';
import { successSentence } from '../successSentence.ts';
import { wilsonInterval } from '@deepcoder/vocabulary';
import { html, svg } from './elements.ts';
import { playerName } from './playerName.ts';

/** How teacher and student play, before and after. */
export function success(runs: readonly Run[]): HTMLElement | null {
  const played = runs.filter(({ play }) => play.length > 0);
  if (played.length === 0) return null;
  const several = runs.length > 1;
  return html(
    'section',
    { id: 'success', 'aria-labelledby': 'success-title' },
    html('h2', { id: 'success-title' }, t('Success in the environment')),
    ...played.flatMap((run) => [
      several ? html('h3', {}, run.name) : null,
      ...byPlace(run.play).flatMap(([place, rows], _, places) => [
        places.length > 1 ? html('h4', {}, place) : null,
        sentence(rows),
        scrolling(playTable(rows), places.length > 1 ? `${run.name}, ${place}` : run.name),
      ]),
    ]),
    html(
      'p',
      { class: 'hint' },
      t(
        'Bars show the share of games that were solved, the thin line its 95 % confidence interval.',
      ),
    ),
  );
}

/** The players of each environment and split, in the order in which those were played. */
function byPlace(rows: readonly PlayRow[]): [place: string, rows: PlayRow[]][] {
  const places = new Map<string, PlayRow[]>();
  for (const row of rows) {
    const place = [row.environment, row.split].filter((part) => part !== null).join(' · ');
    places.set(place, [...(places.get(place) ?? []), row]);
  }
  return [...places];
}

function sentence(rows: readonly PlayRow[]): HTMLElement | null {
  const text = successSentence(rows);
  return text === null ? null : html('p', { class: 'lead' }, text);
}

/** A wide table scrolls by itself, also by keys, and the page does not. */
function scrolling(table: HTMLElement, name: string): HTMLElement {
  return html(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('Success: {0}', name) },
    table,
  );
}

interface Column {
  title: string;
  value: (row: PlayRow) => number | null;
  text: (value: number) => string;
}

const asShare = (value: number) => formatValue(value, 'share');
const asTime = (value: number) => formatValue(value, 'seconds');
const COLUMNS: readonly Column[] = [
  { title: t('Games'), value: (row) => row.games, text: formatNumber },
  { title: t('Steps per game'), value: (row) => row.steps, text: formatNumber },
  {
    title: t('Reasoning tokens per game'),
    value: (row) => row.reasoningTokens,
    text: formatNumber,
  },
  {
    title: t('Actions that are the teacher’s'),
    value: (row) => row.actionAgreement,
    text: asShare,
  },
  { title: t('Actions that were refused'), value: (row) => row.invalidActions, text: asShare },
  { title: t('Time per step'), value: (row) => row.secondsPerStep, text: asTime },
];

/** What was measured of nobody has no column. */
function playTable(play: readonly PlayRow[]): HTMLElement {
  const columns = COLUMNS.filter(({ value }) => play.some((row) => value(row) !== null));
  const titles = [t('Player'), t('Games solved'), ...columns.map(({ title }) => title)];
  return html(
    'table',
    { class: 'play', 'aria-label': t('Success of each player') },
    html('thead', {}, html('tr', {}, ...titles.map((name) => html('th', { scope: 'col' }, name)))),
    html('tbody', {}, ...play.map((row) => playRow(row, columns))),
  );
}

function playRow(row: PlayRow, columns: readonly Column[]): HTMLElement {
  const cells = columns.map(({ value, text }) => {
    const measured = value(row);
    return html('td', {}, measured === null ? '–' : text(measured));
  });
  return html(
    'tr',
    { 'data-who': row.who },
    html('th', { scope: 'row' }, playerName(row.who)),
    html('td', { class: 'bar' }, bar(row), html('b', {}, asShare(row.success))),
    ...cells,
  );
}

function bar({ success: share, games }: PlayRow): SVGElement {
  const [low, high] = wilsonInterval(share, games);
  const whisker = { y: 4.5, height: 3, class: 'whisker' };
  return svg(
    'svg',
    { viewBox: '0 0 100 12', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('rect', { class: 'track', x: 0, y: 0, width: 100, height: 12 }),
    svg('rect', { class: 'share', x: 0, y: 0, width: share * 100, height: 12 }),
    svg('rect', { x: low * 100, width: Math.max(0.5, (high - low) * 100), ...whisker }),
  );
}
