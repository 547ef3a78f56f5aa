import {
  SPAN_KINDS,
  type InspectorMatch,
  type InspectorQuestions,
  type SpanKind,
} from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { append, html } from '../page/elements.ts';
import { type Ask, whyNot } from './ask.ts';

export interface SearchBox {
  element: HTMLElement;
  results: HTMLElement;
  focus(): void;
}

const MOST = 1000;

/** Searches the decoded texts of the whole file; matches come while it goes on. */
export function searchBox(
  ask: Ask,
  { hidden, go }: { hidden: () => readonly SpanKind[]; go: (match: InspectorMatch) => void },
): SearchBox {
  const input = html('input', {
    type: 'search',
    placeholder: t('Search'),
    'aria-label': t('Search all records'),
  });
  const state = html('span', { class: 'hint', role: 'status' });
  const results = html('ol', { class: 'matches', hidden: true, 'aria-label': t('Matches') });
  let generation = 0;
  const search = async () => {
    const mine = ++generation;
    const query = input.value;
    results.replaceChildren();
    results.hidden = query === '';
    state.textContent = '';
    if (query === '') return;
    let from: number | null = 0;
    let found = 0;
    state.textContent = t('Searching …');
    const kinds = SPAN_KINDS.filter((kind) => !hidden().includes(kind));
    while (from !== null && found < MOST) {
      const params: InspectorQuestions['search']['params'] = {
        query,
        matchCase: /[A-Z]/.test(query),
        kinds,
        from,
        limit: 100,
      };
      const answer: InspectorQuestions['search']['result'] = await ask('search', params);
      if (mine !== generation) return;
      found += answer.matches.length;
      append(
        results,
        answer.matches.map((match) => matchItem(match, go)),
      );
      const more = answer.next === null ? '' : '+';
      const amount = `${found}${more}`;
      state.textContent = found === 1 ? t('{0} match', amount) : t('{0} matches', amount);
      from = answer.next;
    }
  };
  let timer = 0;
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      search().catch((error: unknown) => {
        // The question of an earlier search, too, ends this one: the file is the same.
        generation++;
        state.textContent = t('The search broke off: {0}', whyNot(error));
      });
    }, 200);
  });
  input.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter') results.querySelector('button')?.focus();
  });
  return {
    element: html('div', { class: 'search', role: 'search' }, input, state),
    results,
    focus: () => input.focus(),
  };
}

function matchItem(match: InspectorMatch, go: (match: InspectorMatch) => void): HTMLElement {
  const { excerpt, at, length, record, step, kind } = match;
  const button = html(
    'button',
    { type: 'button', 'data-kind': kind },
    html('span', { class: 'where' }, t('Record {0} · turn {1} · {2}', record + 1, step, kind)),
    html(
      'span',
      { class: 'excerpt' },
      excerpt.slice(0, at),
      html('mark', {}, excerpt.slice(at, at + length)),
      excerpt.slice(at + length),
    ),
  );
  button.addEventListener('click', () => go(match));
  return html('li', {}, button);
}
