import { SPAN_KINDS, type SpanKind } from '@deepcoder/vocabulary';
import type { InspectorMatch, InspectorQuestions } from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { append, html } from '../page/elements.ts';
import { type Ask, whyNot } from './ask.ts';

export interface SearchBox {
  element: HTMLElement;
  results: HTMLElement;
  focus(): void;
  /** Goes to the next match, or to the one before; from the last to the first. */
  step(direction: 1 | -1): void;
}

/** Shows a match; in the search field the focus stays, so that Enter can go on to the next. */
type Go = (match: InspectorMatch, options: { focus: boolean }) => void;

const MOST = 1000;

/** Searches the decoded texts of the whole file; matches come while it goes on. */
export function searchBox(
  ask: Ask,
  { hidden, go }: { hidden: () => readonly SpanKind[]; go: Go },
): SearchBox {
  const input = html('input', {
    type: 'search',
    placeholder: t('Search'),
    'aria-label': t('Search all records'),
  });
  const state = html('span', { class: 'hint', role: 'status' });
  const results = html('ol', { class: 'matches', hidden: true, 'aria-label': t('Matches') });
  let generation = 0;
  /** The text whose matches are listed; what is typed runs ahead of it. */
  let listed = '';
  const steps = matchSteps(results, () => input.value === listed);
  const search = async () => {
    const mine = ++generation;
    const query = input.value;
    listed = query;
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
        answer.matches.map((match) => matchItem(match, go, input)),
      );
      const more = answer.next === null ? '' : '+';
      const amount = `${found}${more}`;
      state.textContent = found === 1 ? t('{0} match', amount) : t('{0} matches', amount);
      from = answer.next;
      if (found > 0) steps.pay();
    }
    steps.forget();
  };
  let timer = 0;
  input.addEventListener('input', () => {
    steps.forget();
    clearTimeout(timer);
    timer = setTimeout(() => {
      search().catch((error: unknown) => {
        // The question of an earlier search, too, ends this one: the file is the same.
        generation++;
        state.textContent = t('The search broke off: {0}', whyNot(error));
      });
    }, 200);
  });
  input.addEventListener('keydown', ({ key, shiftKey }) => {
    if (key === 'Enter') steps.step(shiftKey ? -1 : 1);
    else if (key === 'ArrowDown') results.querySelector('button')?.focus();
  });
  return {
    element: html('div', { class: 'search', role: 'search' }, input, state),
    results,
    focus: () => {
      input.focus();
      input.select();
    },
    step: steps.step,
  };
}

/** Goes from match to match; steps asked for before the matches of what is typed have come are taken then. */
function matchSteps(results: HTMLElement, isCurrent: () => boolean) {
  let owed = 0;
  const step = (direction: 1 | -1) => {
    const buttons = [...results.querySelectorAll('button')];
    if (!isCurrent() || buttons.length === 0) {
      owed += direction;
      return;
    }
    const now = buttons.findIndex((button) => button.hasAttribute('aria-current'));
    const next = now < 0 && direction < 0 ? -1 : now + direction;
    buttons.at(next % buttons.length)?.click();
  };
  return {
    step,
    pay() {
      const direction = owed < 0 ? -1 : 1;
      let left = Math.abs(owed);
      owed = 0;
      while (left-- > 0) step(direction);
    },
    forget: () => (owed = 0),
  };
}

function matchItem(match: InspectorMatch, go: Go, field: HTMLElement): HTMLElement {
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
  button.addEventListener('click', () => {
    const list = button.closest('ol');
    list?.querySelector('[aria-current]')?.removeAttribute('aria-current');
    button.setAttribute('aria-current', 'true');
    button.scrollIntoView({ block: 'nearest' });
    go(match, { focus: document.activeElement !== field });
  });
  return html('li', {}, button);
}
