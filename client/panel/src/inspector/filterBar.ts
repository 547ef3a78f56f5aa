import { SPAN_KINDS, type SpanKind } from '@deepcoder/vocabulary';
import { formatNumber } from '../formatValue.ts';
import { t } from '../l10n.ts';
import { html } from '../page/elements.ts';
import type { Choices } from './choices.ts';

/** Which kinds are shown and which are folded, with how many spans there are of each. */
export function filterBar(choices: Choices): {
  element: HTMLElement;
  count(byKind: Partial<Record<SpanKind, number>>): void;
} {
  const entries = SPAN_KINDS.map((kind) => {
    const number = html('span', { class: 'number' });
    const show = html(
      'button',
      { type: 'button', class: 'show', 'data-kind': kind, title: t('Show {0} spans', kind) },
      html('span', { class: 'kind' }, kind),
      number,
    );
    const fold = html('button', { type: 'button', class: 'fold' });
    show.addEventListener('click', () => choices.toggle('hidden', kind));
    fold.addEventListener('click', () => choices.toggle('folded', kind));
    return { kind, number, show, fold, item: html('li', {}, fold, show) };
  });
  const refresh = () => {
    const { hidden, folded } = choices.state;
    for (const { kind, show, fold } of entries) {
      show.setAttribute('aria-pressed', String(!hidden.includes(kind)));
      const isFolded = folded.includes(kind);
      fold.textContent = isFolded ? '▸' : '▾';
      fold.setAttribute('aria-expanded', String(!isFolded));
      const action = isFolded ? t('Unfold all {0} spans', kind) : t('Fold all {0} spans', kind);
      fold.setAttribute('aria-label', action);
    }
  };
  choices.listen(refresh);
  refresh();
  return {
    element: html(
      'ul',
      { class: 'kinds', 'aria-label': t('Kinds') },
      ...entries.map(({ item }) => item),
    ),
    count(byKind) {
      for (const { kind, number, item } of entries) {
        const count = byKind[kind] ?? 0;
        number.textContent = formatNumber(count);
        item.hidden = count === 0;
      }
    },
  };
}
