import { SPAN_KINDS, type SpanKind } from '@deepcoder/vocabulary';
import type { InspectorMatch, InspectorQuestions } from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { append, html, replaceWith } from '../page/elements.ts';
import { type Ask, whyNot } from './ask.ts';
import { findSimilar, similarItem, similarState } from './similarRecords.ts';

export interface SearchBox {
  element: HTMLElement;
  results: HTMLElement;
  focus(): void;
  /** Goes to the next match, or to the one before; from the last to the first. */
  step(direction: 1 | -1): void;
  /** Lists the records that are like one. */
  like(record: number): void;
}

interface SearchBoxParts {
  hidden: () => readonly SpanKind[];
  go: Go;
  goToRecord: (record: number) => void;
}

/** Shows a match; in the search field the focus stays, so that Enter can go on to the next. */
type Go = (match: InspectorMatch, options: { focus: boolean }) => void;

const MOST = 1000;

/** Searches the decoded texts of the whole file; matches come while it goes on. */
export function searchBox(ask: Ask, { hidden, go, goToRecord }: SearchBoxParts): SearchBox {
  const input = searchField();
  const state = html('span', { class: 'hint', role: 'status' });
  const results = html('ol', { class: 'matches', hidden: true, 'aria-label': t('Matches') });
  let generation = 0;
  /** The text whose matches are listed; what is typed runs ahead of it. */
  let listed = '';
  const steps = matchSteps(results, () => input.value === listed);
  const meaning = meaningToggle(() => later());
  const clear = clearButton(() => {
    input.value = '';
    begin(true);
  });
  const begin = (isEmpty: boolean) => {
    results.replaceChildren();
    results.hidden = isEmpty;
    clear.hidden = isEmpty;
    state.textContent = isEmpty ? '' : t('Searching …');
    return ++generation;
  };
  const similar = (question: { query?: string; record?: number }) => {
    const mine = begin(false);
    return findSimilar(ask, question, {
      isCurrent: () => mine === generation,
      show(answer) {
        replaceWith(
          results,
          answer.matches.map((match) => similarItem(match, goToRecord)),
        );
        results.hidden = answer.matches.length === 0;
        state.textContent = similarState(answer);
      },
    });
  };
  const search = async () => {
    const query = input.value;
    listed = query;
    if (query !== '' && meaning.isOn()) return similar({ query });
    const mine = begin(query === '');
    if (query === '') return;
    await searchLetters(ask, query, {
      kinds: SPAN_KINDS.filter((kind) => !hidden().includes(kind)),
      isCurrent: () => mine === generation,
      show(matches, told) {
        append(
          results,
          matches.map((match) => matchItem(match, go, input)),
        );
        state.textContent = told;
        if (results.childElementCount > 0) steps.pay();
      },
    });
    steps.forget();
  };
  const brokenOff = (error: unknown) => {
    // The question of an earlier search, too, ends this one: the file is the same.
    generation++;
    state.textContent = t('The search broke off: {0}', whyNot(error));
  };
  let timer = 0;
  const later = () => {
    steps.forget();
    clearTimeout(timer);
    timer = setTimeout(() => void search().catch(brokenOff), 200);
  };
  input.addEventListener('input', later);
  input.addEventListener('keydown', ({ key, shiftKey }) => {
    if (key === 'Enter') steps.step(shiftKey ? -1 : 1);
    else if (key === 'ArrowDown') results.querySelector('button')?.focus();
  });
  return {
    element: html('div', { class: 'search', role: 'search' }, input, meaning.element, state, clear),
    results,
    focus: () => {
      input.focus();
      input.select();
    },
    step: steps.step,
    like: (record) => void similar({ record }).catch(brokenOff),
  };
}

/** Spans that hold the text as it is written; matches are shown as they come. */
async function searchLetters(
  ask: Ask,
  query: string,
  {
    kinds,
    isCurrent,
    show,
  }: {
    kinds: SpanKind[];
    isCurrent: () => boolean;
    show: (matches: readonly InspectorMatch[], told: string) => void;
  },
): Promise<void> {
  let from: number | null = 0;
  let found = 0;
  while (from !== null && found < MOST) {
    const matchCase = /[A-Z]/.test(query);
    const params: InspectorQuestions['search']['params'] = {
      ...{ query, matchCase, kinds, from, limit: 100 },
    };
    const answer: InspectorQuestions['search']['result'] = await ask('search', params);
    if (!isCurrent()) return;
    found += answer.matches.length;
    const amount = `${found}${answer.next === null ? '' : '+'}`;
    show(answer.matches, found === 1 ? t('{0} match', amount) : t('{0} matches', amount));
    from = answer.next;
  }
}

function searchField(): HTMLInputElement {
  const label = t('Search all records');
  return html('input', { type: 'search', placeholder: t('Search'), 'aria-label': label });
}

/** Takes away what was found, of a search that has no text as well. */
function clearButton(act: () => void): HTMLElement {
  const label = t('Clear the matches');
  const button = html(
    'button',
    { type: 'button', 'aria-label': label, title: label, hidden: true },
    '×',
  );
  button.addEventListener('click', act);
  return button;
}

/** Search by meaning in place of by letters. */
function meaningToggle(changed: () => void): { element: HTMLElement; isOn: () => boolean } {
  const element = html(
    'button',
    {
      type: 'button',
      'aria-pressed': false,
      title: t('Find records that are about it, by rare words of tasks, actions and observations'),
    },
    t('By meaning'),
  );
  const isOn = () => element.getAttribute('aria-pressed') === 'true';
  element.addEventListener('click', () => {
    element.setAttribute('aria-pressed', String(!isOn()));
    changed();
  });
  return { element, isOn };
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
