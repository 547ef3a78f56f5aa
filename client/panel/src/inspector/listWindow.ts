interface ListSize {
  total: number;
  rowHeight: number;
  /** What is seen of the list, in pixels. */
  height: number;
}

interface ListWindow {
  /** Rows that are in the document, half-open. */
  first: number;
  last: number;
  /** How far below the list's beginning the first of them is, in pixels. */
  shift: number;
  /** How tall the list is altogether. */
  spaceHeight: number;
}

/** Browsers cannot make elements of any height; above this, a pixel of scrolling stands for more. */
const MAX_HEIGHT = 8_000_000;
/** Rows beside those that are seen. */
const BESIDE = 4;

/** Which rows a list has to show where it is scrolled to, and where. */
export function listWindow(size: ListSize, scrollTop: number): ListWindow {
  const { total, rowHeight, height } = size;
  const spaceHeight = Math.min(MAX_HEIGHT, total * rowHeight);
  // How far the rows are scrolled: the end of the list has to be its last row's.
  const top = scrollTop * ratio(size);
  const first = Math.max(0, Math.floor(top / rowHeight) - BESIDE);
  const last = Math.min(total, Math.ceil((top + height) / rowHeight) + BESIDE);
  return { first, last, shift: scrollTop + first * rowHeight - top, spaceHeight };
}

/** Where to scroll to, from where the list is, so that a row is wholly seen; whole pixels, as browsers scroll. */
export function scrollFor(size: ListSize, index: number, scrollTop: number): number {
  const { rowHeight, height } = size;
  const top = scrollTop * ratio(size);
  const rowTop = index * rowHeight;
  if (rowTop < top) return Math.floor(rowTop / ratio(size));
  return rowTop + rowHeight > top + height
    ? Math.ceil((rowTop + rowHeight - height) / ratio(size))
    : scrollTop;
}

/** Pixels of rows for one of scrolling. */
function ratio({ total, rowHeight, height }: ListSize): number {
  const scrolled = Math.min(MAX_HEIGHT, total * rowHeight) - height;
  return scrolled <= 0 ? 1 : Math.max(1, (total * rowHeight - height) / scrolled);
}
