import type { EncodedColumns } from '@deepcoder/server-protocol';
import type { MetricsColumns } from '@deepcoder/trainer-protocol';

export interface ColumnSelection {
  names?: readonly string[] | undefined;
  /** Points a series, about. */
  maxPoints?: number | undefined;
  /** Both inclusive. */
  fromStep?: number | undefined;
  toStep?: number | undefined;
}

/** The columns as they are sent: chosen, thinned out so that extremes stay, in base64. */
export function encodeColumns(
  columns: MetricsColumns,
  { names, maxPoints = Infinity, fromStep = -Infinity, toStep = Infinity }: ColumnSelection = {},
): EncodedColumns {
  const inRange = rowsBetween(columns.step, fromStep, toStep);
  const chosen = [...columns.values].filter(([name]) => names?.includes(name) ?? true);
  const series = chosen.map(([name, values]) => ({
    name,
    values,
    rows: thinned(values, inRange, maxPoints),
  }));
  const isThin = inRange.length > maxPoints;
  const axisRows = isThin ? union(series.map(({ rows }) => rows)) : inRange;
  const place = new Map(Array.from(axisRows, (row, index) => [row, index]));
  return {
    step: f64(axisRows, columns.step),
    tokensSeen: f64(axisRows, columns.tokensSeen),
    time: f64(axisRows, columns.time),
    series: series.map(({ name, values, rows }) => ({
      name,
      rows: rows.length === axisRows.length ? null : u32(rows.map((row) => place.get(row)!)),
      value: base64(Float32Array.from(rows, (row) => values[row]!)),
    })),
  };
}

function rowsBetween(step: Float64Array, from: number, to: number): Uint32Array {
  const rows: number[] = [];
  step.forEach((at, row) => {
    if (at >= from && at <= to) rows.push(row);
  });
  return Uint32Array.from(rows);
}

/**
 * Rows that have a value. Where there are more than `maxPoints`, the lowest and the highest of each of
 * `maxPoints / 2` equal parts, with the first and the last.
 */
function thinned(values: Float64Array, rows: Uint32Array, maxPoints: number): Uint32Array {
  const present = rows.filter((row) => !Number.isNaN(values[row]!));
  if (present.length <= maxPoints) return present;
  const parts = Math.max(1, Math.floor(maxPoints / 2));
  const kept = new Set([present[0]!, present.at(-1)!]);
  for (let part = 0; part < parts; part++) {
    const from = Math.floor((part * present.length) / parts);
    const to = Math.floor(((part + 1) * present.length) / parts);
    let [low, high] = [present[from]!, present[from]!];
    for (let at = from + 1; at < to; at++) {
      const row = present[at]!;
      if (values[row]! < values[low]!) low = row;
      if (values[row]! > values[high]!) high = row;
    }
    kept.add(low).add(high);
  }
  return Uint32Array.from(kept).sort();
}

function union(lists: readonly Uint32Array[]): Uint32Array {
  return Uint32Array.from(new Set(lists.flatMap((rows) => [...rows]))).sort();
}

function f64(rows: Uint32Array, column: Float64Array): string {
  return base64(Float64Array.from(rows, (row) => column[row]!));
}

function u32(rows: Uint32Array): string {
  return base64(rows);
}

function base64({ buffer, byteOffset, byteLength }: Float32Array | Float64Array | Uint32Array) {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
