import { counted } from '../counted.ts';
import { formatNumber } from '../formatValue.ts';
import type { InspectorRecord } from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { html } from '../page/elements.ts';
import { amountTexts, statusText } from './factTexts.ts';

interface RecordHeadParts {
  /** What can be done with the whole of it. */
  actions: readonly HTMLElement[];
  filterBy: (filter: string) => void;
}

/** What a record is, what the log says about it, and what can be done with the whole of it. */
export function recordHead(
  record: InspectorRecord,
  { actions, filterBy }: RecordHeadParts,
): HTMLElement {
  const { trajectories, spans, length, truncated } = record;
  const steps = trajectories.reduce((sum, one) => sum + one.steps, 0);
  const facts = [
    counted.turns(steps),
    counted.spans(spans.length),
    counted.characters(length),
    trajectories.length > 1 ? t('{0} trajectories', trajectories.length) : null,
  ];
  return html(
    'header',
    { class: 'record-head' },
    html('h2', {}, trajectories[0]?.id ?? t('Record {0}', record.record + 1)),
    html('p', { class: 'hint' }, facts.filter((fact) => fact !== null).join(' · ')),
    logSays(record, filterBy),
    html('div', { class: 'record-actions' }, ...actions),
    truncated
      ? html('p', { class: 'problem' }, t('This record is too long; only its beginning is shown.'))
      : null,
  );
}

/** Task, model, score and so on; words that others may have too lead to them. */
function logSays(
  { facts }: InspectorRecord,
  filterBy: (filter: string) => void,
): HTMLElement | null {
  if (facts === null) return null;
  const { task, model, score, status } = facts;
  const entries: [string, Node | string][] = [];
  if (task !== null) entries.push([t('Task'), task]);
  if (status !== null) entries.push([t('Status'), leadingTo('status', status, filterBy)]);
  if (score !== null) entries.push([t('Score'), formatNumber(score)]);
  if (model !== null) entries.push([t('Model'), leadingTo('model', model, filterBy)]);
  const amounts = amountTexts(facts).join(' · ');
  if (amounts !== '') entries.push([t('Took'), amounts]);
  if (entries.length === 0) return null;
  return html(
    'dl',
    { class: 'facts', 'aria-label': t('What the log says') },
    ...entries.map(([name, value]) => html('div', {}, html('dt', {}, name), html('dd', {}, value))),
  );
}

function leadingTo(
  name: 'status' | 'model',
  word: string,
  filterBy: (filter: string) => void,
): HTMLElement {
  const title = t('Show the records of which this is so');
  const text = name === 'status' ? statusText(word) : word;
  const button = html(
    'button',
    { type: 'button', title, 'data-status': name === 'status' ? word : '' },
    text,
  );
  button.addEventListener('click', () => filterBy(`${name}:${JSON.stringify(word)}`));
  return button;
}
