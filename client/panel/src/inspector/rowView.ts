import { counted } from '../counted.ts';
import type { InspectorRow } from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { html } from '../page/elements.ts';
import { amountTexts, scoreText, statusText } from './factTexts.ts';

/** Lines of a row: its name and how it ended, its task, what it took; the bar of its kinds below. */
export const ROW_HEIGHT = 68;

export function rowView({ record, records, id, byKind, facts }: InspectorRow): Node[] {
  const name =
    records > 1
      ? t('Records {0} to {1}', record + 1, record + records)
      : (id ?? t('Record {0}', record + 1));
  const total = Object.values(byKind).reduce((sum, count) => sum + count, 0);
  const bar = html('span', { class: 'kind-bar', 'aria-hidden': 'true' });
  for (const [kind, count] of Object.entries(byKind)) {
    const part = html('i', { 'data-kind': kind });
    part.style.flexGrow = String(count);
    bar.append(part);
  }
  const status = facts?.status ?? null;
  const ended = [
    status === null
      ? null
      : html('span', { class: 'status', 'data-status': status }, statusText(status)),
    facts?.score == null ? null : html('span', { class: 'score' }, scoreText(facts.score)),
  ].filter((one) => one !== null);
  const amounts = [
    ...(facts === null ? [] : amountTexts(facts)),
    counted.spans(total),
    facts?.model ?? null,
  ].filter((one) => one !== null);
  return [
    html('span', { class: 'name' }, name),
    html('span', { class: 'ended' }, ...ended),
    html('span', { class: 'task' }, facts?.task ?? ''),
    html('span', { class: 'number' }, amounts.join(' · ')),
    bar,
  ];
}
