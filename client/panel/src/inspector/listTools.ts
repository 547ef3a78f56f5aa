import { RECORD_ORDERS, type RecordOrder } from '@deepcoder/vocabulary';
import { t } from '../l10n.ts';
import { html, replaceWith } from '../page/elements.ts';

/** Which records the list shows, and in which order. */
export interface RowChoice {
  order: RecordOrder;
  descending: boolean;
  filter: string;
}

const ALL_ROWS: RowChoice = { order: 'record', descending: false, filter: '' };

export function isPlain({ order, descending, filter }: RowChoice): boolean {
  return order === 'record' && !descending && filter.trim() === '';
}

export interface ListTools {
  element: HTMLElement;
  readonly choice: RowChoice;
  filterBy(filter: string): void;
  /** What became of the choice. */
  say(text: string, isProblem?: boolean): void;
}

const TYPED_MS = 200;

/** Filter and order of the list of records. */
export function listTools(
  changed: (choice: RowChoice) => void,
  suggest: () => Promise<readonly string[]>,
): ListTools {
  let choice = ALL_ROWS;
  const suggestions = html('datalist', { id: 'filters' });
  const filter = html('input', {
    type: 'search',
    list: 'filters',
    placeholder: t('Filter records'),
    'aria-label': t('Filter records'),
    title: t(
      'Words of a record’s name, task, model or status; status:error, model:…, score>=0.5, tokens<10k, duration>2m, spans>20; - in front excludes',
    ),
  });
  const order = orderSelect();
  const direction = html('button', { type: 'button', 'aria-pressed': false }, '↑');
  const told = html('p', { class: 'hint', role: 'status' });
  const showDirection = () => {
    const { descending } = choice;
    direction.setAttribute('aria-pressed', String(descending));
    direction.textContent = descending ? '↓' : '↑';
    const label = descending ? t('Descending order') : t('Ascending order');
    direction.setAttribute('aria-label', label);
    direction.title = label;
  };
  const set = (change: Partial<RowChoice>) => {
    choice = { ...choice, ...change };
    showDirection();
    changed(choice);
  };
  let timer = 0;
  filter.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => set({ filter: filter.value }), TYPED_MS);
  });
  filter.addEventListener('focus', () => {
    suggest().then(
      (filters) =>
        replaceWith(
          suggestions,
          filters.map((value) => html('option', { value })),
        ),
      // Without suggestions a filter can be typed all the same.
      () => undefined,
    );
  });
  order.addEventListener('change', () => {
    const value = order.value as RecordOrder;
    // The best and the longest are what is looked for.
    set({
      order: value,
      descending:
        value === 'score' || value === 'tokens' || value === 'duration' || value === 'spans',
    });
  });
  direction.addEventListener('click', () => set({ descending: !choice.descending }));
  showDirection();
  return {
    element: html('div', { class: 'list-tools' }, filter, suggestions, order, direction, told),
    get choice() {
      return choice;
    },
    filterBy(text) {
      filter.value = text;
      set({ filter: text });
    },
    say(text, isProblem = false) {
      told.textContent = text;
      told.classList.toggle('problem', isProblem);
    },
  };
}

function orderSelect(): HTMLSelectElement {
  const names: Readonly<Record<RecordOrder, string>> = {
    record: t('File order'),
    name: t('Name'),
    score: t('Score'),
    status: t('Status'),
    model: t('Model'),
    tokens: t('Tokens'),
    duration: t('Duration'),
    spans: t('Number of spans'),
  };
  const label = t('Sort records by');
  return html(
    'select',
    { 'aria-label': label, title: label },
    ...RECORD_ORDERS.map((value) => html('option', { value }, names[value])),
  );
}
