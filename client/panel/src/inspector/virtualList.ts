import { own } from '@deepcoder/vocabulary';
import { html, replaceWith } from '../page/elements.ts';
import { pagedRows } from './pagedRows.ts';
import { listWindow, scrollFor } from './listWindow.ts';

export interface VirtualListOptions<Row> {
  label: string;
  rowHeight: number;
  /** The rows from a place on; as many as there are. */
  load: (from: number, count: number) => Promise<readonly Row[]>;
  /** What an option shows. */
  draw: (row: Row) => readonly Node[];
  choose: (row: Row, index: number) => void;
}

export interface VirtualList {
  element: HTMLElement;
  /** The place of the row that is marked; -1: none. */
  readonly selected: number;
  /** There are so many now; what is loaded stays. */
  setTotal(total: number): void;
  /** Loads what is seen anew, where it is. */
  renew(total: number): void;
  /** Forgets all rows. */
  reset(total: number): void;
  /** Marks a row, and brings it into sight. */
  select(index: number): void;
  /** Marks a row where it is; -1: none. */
  mark(index: number): void;
}

/** A list of any length, of which only what is seen is in the document. */
export function virtualList<Row>(options: VirtualListOptions<Row>): VirtualList {
  const { label, rowHeight } = options;
  const space = html('div', { class: 'space' });
  const shown = html('div', { class: 'shown' });
  const element = html(
    'div',
    { class: 'virtual-list', role: 'listbox', tabindex: 0, 'aria-label': label },
    space,
    shown,
  );
  let total = 0;
  let selected = -1;
  const rows = pagedRows(options.load, () => {
    render();
    choice.settle();
  });
  const choice = laterChoice(options.choose, (index) => rows.at(index));
  const size = () => ({ total, rowHeight, height: element.clientHeight });
  const render = () => {
    const { first, last, shift } = listWindow(size(), element.scrollTop);
    const made: HTMLElement[] = [];
    for (let index = first; index < last; index++) {
      const place = { index, total, selected: index === selected };
      made.push(optionFor(options, place, rows.at(index)));
    }
    shown.style.transform = `translateY(${shift}px)`;
    replaceWith(shown, made);
    const active = selected >= first && selected < last ? optionId(label, selected) : null;
    if (active === null) element.removeAttribute('aria-activedescendant');
    else element.setAttribute('aria-activedescendant', active);
  };
  const resize = () => {
    space.style.height = `${listWindow(size(), 0).spaceHeight}px`;
    render();
  };
  const pick = (index: number) => {
    list.select(index);
    choice.pick(index);
  };
  const list: VirtualList = {
    element,
    get selected() {
      return selected;
    },
    setTotal(next) {
      if (next === total) return;
      rows.grown(total);
      total = next;
      resize();
    },
    renew(next) {
      rows.clear();
      total = next;
      resize();
    },
    reset(next) {
      rows.clear();
      total = next;
      selected = -1;
      choice.pick(-1);
      element.scrollTop = 0;
      resize();
    },
    mark(index) {
      selected = index;
      render();
    },
    select(index) {
      selected = index;
      element.scrollTop = scrollFor(size(), index, element.scrollTop);
      render();
    },
  };
  element.addEventListener('scroll', () => requestAnimationFrame(render));
  onPick(element, { rowHeight, place: () => ({ selected, total }), pick });
  new ResizeObserver(render).observe(element);
  return list;
}

/** Rows are picked by a click and by keys. */
function onPick(
  element: HTMLElement,
  {
    rowHeight,
    place,
    pick,
  }: {
    rowHeight: number;
    place: () => { selected: number; total: number };
    pick: (index: number) => void;
  },
): void {
  element.addEventListener('click', ({ target }) => {
    const option = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
    if (option !== null) pick(Number(option.dataset['index']));
  });
  element.addEventListener('keydown', (event) => {
    const page = Math.max(1, Math.floor(element.clientHeight / rowHeight) - 1);
    const next = nextIndex(event, { ...place(), page });
    if (next === null) return;
    event.preventDefault();
    pick(next);
  });
}

/** Rows may be picked before they are there: the last one is chosen when it is. */
function laterChoice<Row>(
  choose: (row: Row, index: number) => void,
  at: (index: number) => Row | null,
) {
  let picked = -1;
  const settle = () => {
    const index = picked;
    const row = index < 0 ? null : at(index);
    if (row === null) return;
    picked = -1;
    choose(row, index);
  };
  return {
    settle,
    pick(index: number) {
      picked = index;
      settle();
    },
  };
}

function optionFor<Row>(
  { label, rowHeight, draw }: VirtualListOptions<Row>,
  { index, total, selected }: { index: number; total: number; selected: boolean },
  row: Row | null,
): HTMLElement {
  const option = html(
    'div',
    {
      class: 'option',
      role: 'option',
      id: optionId(label, index),
      'data-index': index,
      'aria-selected': selected,
      'aria-posinset': index + 1,
      'aria-setsize': total,
    },
    ...(row === null ? ['…'] : draw(row)),
  );
  option.style.height = `${rowHeight}px`;
  return option;
}

function optionId(label: string, index: number): string {
  return `${label.replaceAll(/\W/g, '-')}-${index}`;
}

/** Where a key leads to; null for keys that lead nowhere. */
function nextIndex(
  { key, ctrlKey, altKey, metaKey }: KeyboardEvent,
  { selected, total, page }: { selected: number; total: number; page: number },
): number | null {
  if (ctrlKey || altKey || metaKey || total === 0) return null;
  const steps = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -total,
    End: total,
  };
  const step = own(steps, key);
  return step === undefined ? null : Math.min(total - 1, Math.max(0, selected + step));
}
