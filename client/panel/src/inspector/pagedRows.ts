/** Rows in pages of so many are asked for. */
const PAGE = 100;

export interface PagedRows<Row> {
  /** Null for what is not there yet, and is asked for by this. */
  at(index: number): Row | null;
  /** There are more rows: the last page is asked for anew. */
  grown(before: number): void;
  clear(): void;
}

/** Rows of a long list, loaded page by page as they are looked at. */
export function pagedRows<Row>(
  load: (from: number, count: number) => Promise<readonly Row[]>,
  onLoaded: () => void,
): PagedRows<Row> {
  const pages = new Map<number, readonly Row[] | null>();
  let generation = 0;
  const want = (page: number) => {
    pages.set(page, null);
    const mine = generation;
    load(page * PAGE, PAGE).then(
      (rows) => {
        if (mine !== generation) return;
        pages.set(page, rows);
        onLoaded();
      },
      () => void pages.delete(page),
    );
  };
  return {
    at(index) {
      const page = Math.floor(index / PAGE);
      if (!pages.has(page)) want(page);
      return pages.get(page)?.[index % PAGE] ?? null;
    },
    grown: (before) => void pages.delete(Math.floor((before - 1) / PAGE)),
    clear() {
      generation++;
      pages.clear();
    },
  };
}
