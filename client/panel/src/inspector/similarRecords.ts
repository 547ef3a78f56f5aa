import { formatNumber, formatValue } from '../formatValue.ts';
import type { InspectorQuestions } from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { html } from '../page/elements.ts';
import type { Ask } from './ask.ts';

type Question = InspectorQuestions['similar']['params'];
type Answer = InspectorQuestions['similar']['result'];

/** While the index for it is being made, it is asked again. */
const AGAIN_MS = 700;

/** Finds records that are like a text or a record; what is found is shown as the index grows. */
export async function findSimilar(
  ask: Ask,
  question: Question,
  { isCurrent, show }: { isCurrent: () => boolean; show: (answer: Answer) => void },
): Promise<void> {
  for (;;) {
    const answer = await ask('similar', question);
    if (!isCurrent()) return;
    show(answer);
    if (answer.isComplete) return;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    if (!isCurrent()) return;
  }
}

/** What has been looked through, for the reader. */
export function similarState({ matches, indexed, isComplete, isFull }: Answer): string {
  if (!isComplete) return t('{0} records looked through so far …', formatNumber(indexed));
  if (isFull)
    return t(
      'Only the first {0} records were looked through: more do not fit.',
      formatNumber(indexed),
    );
  return matches.length === 0 ? t('No record is like it') : t('{0} like it', matches.length);
}

export function similarItem(
  { record, alike, id, task }: Answer['matches'][number],
  go: (record: number) => void,
): HTMLElement {
  const name = id ?? t('Record {0}', record + 1);
  const button = html(
    'button',
    { type: 'button', 'data-kind': 'task' },
    html('span', { class: 'where' }, t('{0} · {1} alike', name, formatValue(alike, 'share'))),
    html('span', { class: 'excerpt' }, task ?? ''),
  );
  button.addEventListener('click', () => {
    button.closest('ol')?.querySelector('[aria-current]')?.removeAttribute('aria-current');
    button.setAttribute('aria-current', 'true');
    go(record);
  });
  return html('li', {}, button);
}
