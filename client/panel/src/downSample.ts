/** Half-open range of indices. */
export interface IndexRange {
  start: number;
  end: number;
}

export interface DownSampleOptions {
  /** Not falling. */
  x: Float64Array;
  y: Float64Array;
  range: IndexRange;
  /** How many columns of pixels the x values of the range are spread over. */
  columns: number;
}

/**
 * Indices, rising, of the points that a line chart needs: of each column of pixels the first, the
 * lowest, the highest and the last finite point, and the first that is not finite. A line through
 * them covers the same pixels as one through all points, so no peak is lost. Fewer points than that:
 * all of them.
 */
export function downSample({ x, y, range, columns }: DownSampleOptions): number[] {
  const { start, end } = range;
  if (end - start <= 4 * columns) return Array.from({ length: end - start }, (_, i) => start + i);
  const scale = columns / (x[end - 1]! - x[start]!);
  const kept: number[] = [];
  let from = start;
  for (let column = 1; from < end; column++) {
    // All points with one x make the scale infinite: then they share a column.
    const limit = scale < Infinity ? x[start]! + column / scale : Infinity;
    let to = from;
    while (to < end && (x[to]! < limit || column >= columns)) to++;
    if (to > from) pushColumn(kept, y, { start: from, end: to });
    from = to;
  }
  return kept;
}

function pushColumn(kept: number[], y: Float64Array, { start, end }: IndexRange): void {
  let first = -1;
  let last = -1;
  let lowest = -1;
  let highest = -1;
  let broken = -1;
  for (let i = start; i < end; i++) {
    const value = y[i]!;
    if (!Number.isFinite(value)) {
      if (broken < 0) broken = i;
      continue;
    }
    if (first < 0) first = lowest = highest = i;
    else if (value < y[lowest]!) lowest = i;
    else if (value > y[highest]!) highest = i;
    last = i;
  }
  const from = kept.length;
  insert(kept, first, from);
  insert(kept, lowest, from);
  insert(kept, highest, from);
  insert(kept, last, from);
  insert(kept, broken, from);
}

/** Puts an index (-1: none) where it belongs among the last ones, once. */
function insert(kept: number[], index: number, from: number): void {
  if (index < 0) return;
  let at = kept.length;
  while (at > from && kept[at - 1]! > index) at--;
  if (at > from && kept[at - 1] === index) return;
  if (at === kept.length) kept.push(index);
  else kept.splice(at, 0, index);
}

/** The points inside [from, to] and one more on either side, so that a line runs to the edges. */
export function visibleRange(x: Float64Array, [from, to]: readonly [number, number]): IndexRange {
  return {
    start: Math.max(0, lowerBound(x, from) - 1),
    end: Math.min(x.length, lowerBound(x, to, true) + 1),
  };
}

/** The index of the point nearest to a place, or -1 when there is none. */
export function nearestIndex(x: Float64Array, place: number): number {
  if (x.length === 0) return -1;
  const after = Math.min(lowerBound(x, place), x.length - 1);
  const before = Math.max(0, after - 1);
  return place - x[before]! < x[after]! - place ? before : after;
}

/** The first index whose x is at least `place`, or above it when `beyond`. */
function lowerBound(x: Float64Array, place: number, beyond = false): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle]! < place || (beyond && x[middle] === place)) low = middle + 1;
    else high = middle;
  }
  return low;
}
