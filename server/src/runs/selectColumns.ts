import type { ChartColumns, MetricsColumns } from '@deepcoder/vocabulary';

export interface ColumnSelection {
  names?: readonly string[] | undefined;
  /** Points a series, about. */
  maxPoints?: number | undefined;
  /** Both inclusive. */
  fromStep?: number | undefined;
  toStep?: number | undefined;
}

/** What a chart shows of the columns: chosen, thinned out so that extremes stay. Steps never fall. */
export function selectColumns(
  columns: MetricsColumns,
  { names, maxPoints = Infinity, fromStep = -Infinity, toStep = Infinity }: ColumnSelection = {},
): ChartColumns {
  const { step } = columns;
  const from = firstRow(step, (at) => at >= fromStep);
  const to = firstRow(step, (at) => at > toStep);
  const chosen = [...columns.values].filter(([name]) => names?.includes(name) ?? true);
  const series = chosen.map(([name, values]) => ({
    name,
    values,
    ...thinned(values, { from, to, maxPoints }),
  }));
  const isThin = to - from > maxPoints;
  const { axisRows, place } = axes(
    series.map(({ rows }) => rows),
    { from, to, isThin },
  );
  return {
    step: take(columns.step, axisRows, new Float64Array(axisRows.length)),
    tokensSeen: take(columns.tokensSeen, axisRows, new Float64Array(axisRows.length)),
    time: take(columns.time, axisRows, new Float64Array(axisRows.length)),
    series: series.map(({ name, values, rows, count }) => ({
      name,
      count,
      rows:
        rows.length === axisRows.length
          ? null
          : take(place, rows, new Uint32Array(rows.length), from),
      value: take(values, rows, new Float32Array(rows.length)),
    })),
  };
}

/** The rows that some series shows, and by row, counted from `from`, which of them it is. */
function axes(
  lists: readonly Uint32Array[],
  { from, to, isThin }: { from: number; to: number; isThin: boolean },
): { axisRows: Uint32Array; place: Uint32Array } {
  const shown = new Uint8Array(to - from).fill(isThin ? 0 : 1);
  for (const rows of lists) for (const row of rows) shown[row - from] = 1;
  const place = new Uint32Array(to - from);
  const axisRows = new Uint32Array(to - from);
  let count = 0;
  for (let at = 0; at < shown.length; at++) {
    if (shown[at] === 0) continue;
    place[at] = count;
    axisRows[count++] = at + from;
  }
  return { axisRows: axisRows.subarray(0, count), place };
}

/** By hand: `from` with a function takes ten times as long, and there are millions of numbers. */
function take<A extends Float64Array | Float32Array | Uint32Array>(
  source: ArrayLike<number>,
  rows: Uint32Array,
  into: A,
  from = 0,
): A {
  for (let i = 0; i < rows.length; i++) into[i] = source[rows[i]! - from]!;
  return into;
}

/** The first row of which something is true that is true of all later ones. */
function firstRow(step: Float64Array, isTrue: (step: number) => boolean): number {
  let [low, high] = [0, step.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isTrue(step[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Rows from `from` up to `to` that have a value, and how many have one. Where there are more than `maxPoints`, the lowest and
 * the highest of each of `maxPoints / 2` equal parts, with the first and the last.
 */
function thinned(
  values: Float64Array,
  { from, to, maxPoints }: { from: number; to: number; maxPoints: number },
): { rows: Uint32Array; count: number } {
  const present = new Uint32Array(to - from);
  let count = 0;
  // A comparison with itself is how NaN is told fastest; a hundred runs of 100,000 steps are looked through.
  for (let row = from; row < to; row++) if (values[row]! === values[row]!) present[count++] = row;
  if (count <= maxPoints) return { rows: present.subarray(0, count), count };
  const parts = Math.max(1, Math.floor(maxPoints / 2));
  const kept = new Uint32Array(2 * parts + 2);
  kept.set([present[0]!, present[count - 1]!]);
  for (let part = 0; part < parts; part++) {
    const end = Math.floor(((part + 1) * count) / parts);
    let low = present[Math.floor((part * count) / parts)]!;
    let high = low;
    for (let at = Math.floor((part * count) / parts) + 1; at < end; at++) {
      const row = present[at]!;
      if (values[row]! < values[low]!) low = row;
      if (values[row]! > values[high]!) high = row;
    }
    kept[2 * part + 2] = low;
    kept[2 * part + 3] = high;
  }
  kept.sort();
  return { rows: kept.filter((row, index) => index === 0 || row !== kept[index - 1]), count };
}
