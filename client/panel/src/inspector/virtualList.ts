import { html } from '../page/elements.ts';

export interface VirtualListOptions<Row> {
  label: string;
  rowHeight: number;
  /** The rows from a place on; as many as there are. */
  load: (from: number, count: number) => Promise<readonly Row[]>;
  /** Fills an option. */
  draw: (option: HTMLElement, row: Row) => void;
  choose: (row: Row, index: number) => void;
}

export interface VirtualList {
  element: HTMLElement;
  /** There are so many now; what is loaded stays. */
  setTotal(total: number): void;
  /** Forgets all rows. */
  reset(total: number): void;
  /** Marks a row, and brings it into sight. */
  select(index: number): void;
}

/** Rows in pages of so many are asked for. */
const PAGE = 100;
/** Browsers cannot make elements of any height; above this, a pixel stands for more than a pixel. */
const MAX_HEIGHT = 8_000_000;

/** A list of any length, of which only what is seen is in the document. */
export function virtualList<Row>(options: VirtualListOptions<Row>): VirtualList {
  const { label, rowHeight, draw, choose } = options;
  const pages = new Map<number, readonly Row[] | Promise<void>>();
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
  let generation = 0;

  const scale = () => Math.max(1, (total * rowHeight) / MAX_HEIGHT);
  const firstSeen = () => Math.floor((element.scrollTop * scale()) / rowHeight);
  const rowAt = (index: number): Row | null => {
    const page = pages.get(Math.floor(index / PAGE));
    return Array.isArray(page) ? ((page as readonly Row[])[index % PAGE] ?? null) : null;
  };
  const want = (number: number) => {
    if (pages.has(number)) return;
    const mine = generation;
    const loading = options.load(number * PAGE, PAGE).then(
      (rows) => {
        if (mine !== generation) return;
        // A page that was not full yet is asked for again when there is more.
        pages.set(number, rows);
        render();
      },
      () => void pages.delete(number),
    );
    pages.set(number, loading);
  };
  const render = () => {
    const first = Math.max(0, firstSeen() - 4);
    const count = Math.ceil(element.clientHeight / rowHeight) + 9;
    const last = Math.min(total, first + count);
    for (let page = Math.floor(first / PAGE); page * PAGE < last; page++) want(page);
    const rows: HTMLElement[] = [];
    for (let index = first; index < last; index++) rows.push(optionAt(index));
    shown.style.transform = `translateY(${(first * rowHeight) / scale()}px)`;
    shown.replaceChildren(...rows);
    if (selected >= first && selected < last)
      element.setAttribute('aria-activedescendant', optionId(selected));
    else element.removeAttribute('aria-activedescendant');
  };
  const optionAt = (index: number): HTMLElement => {
    const option = html('div', {
      class: 'option',
      role: 'option',
      id: optionId(index),
      'aria-selected': index === selected,
      'aria-posinset': index + 1,
      'aria-setsize': total,
    });
    option.style.height = `${rowHeight}px`;
    const row = rowAt(index);
    if (row === null) option.textContent = '…';
    else draw(option, row);
    option.addEventListener('click', () => pick(index));
    return option;
  };
  const optionId = (index: number) => `${label.replaceAll(/\W/g, '-')}-${index}`;
  const pick = (index: number) => {
    list.select(index);
    const row = rowAt(index);
    if (row !== null) choose(row, index);
  };
  element.addEventListener('scroll', () => requestAnimationFrame(render));
  element.addEventListener('keydown', (event) => {
    const page = Math.max(1, Math.floor(element.clientHeight / rowHeight) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -total, End: total };
    const step = steps[event.key as keyof typeof steps] as number | undefined;
    if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    pick(Math.min(total - 1, Math.max(0, selected + step)));
  });
  new ResizeObserver(render).observe(element);
  const resize = () => {
    space.style.height = `${Math.min(MAX_HEIGHT, total * rowHeight)}px`;
    render();
  };
  const list: VirtualList = {
    element,
    setTotal(next) {
      if (next === total) return;
      const lastPage = Math.floor((total - 1) / PAGE);
      total = next;
      pages.delete(lastPage);
      resize();
    },
    reset(next) {
      generation++;
      pages.clear();
      total = next;
      selected = -1;
      element.scrollTop = 0;
      resize();
    },
    select(index) {
      selected = index;
      const top = (index * rowHeight) / scale();
      const bottom = top + rowHeight;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (bottom > element.scrollTop + element.clientHeight)
        element.scrollTop = bottom - element.clientHeight;
      render();
    },
  };
  return list;
}
