import type { Series, SeriesAxes } from './run.ts';

/** One line of `metrics.jsonl`. */
export interface MetricRecord {
  step: number;
  tokensSeen: number;
  /** Seconds since 1970. */
  time: number;
  /** By metric name; NaN where the value was not finite. */
  values: Readonly<Record<string, number>>;
}

/**
 * One series a metric, in the order in which the metrics first appear. Metrics measured at the same
 * records share their axes' arrays.
 */
export function seriesFromRecords(records: readonly MetricRecord[]): Series[] {
  const kept = withoutRewound(records);
  const rowsByName = new Map<string, { rows: number[]; values: number[] }>();
  kept.forEach((record, row) => {
    for (const [name, value] of Object.entries(record.values)) {
      const column = rowsByName.get(name) ?? { rows: [], values: [] };
      rowsByName.set(name, column);
      column.rows.push(row);
      column.values.push(value);
    }
  });
  const shared: { rows: number[]; axes: SeriesAxes }[] = [];
  return [...rowsByName].map(([name, { rows, values }]) => {
    let entry = shared.find((candidate) => equal(candidate.rows, rows));
    if (entry === undefined) shared.push((entry = { rows, axes: axesOf(kept, rows) }));
    return { name, ...entry.axes, value: Float64Array.from(values) };
  });
}

/** A run that was resumed from a checkpoint repeats the steps after it: the later records count. */
function withoutRewound(records: readonly MetricRecord[]): MetricRecord[] {
  let lowest = Number.POSITIVE_INFINITY;
  return records
    .toReversed()
    .filter(({ step }) => {
      const stands = step <= lowest;
      lowest = Math.min(lowest, step);
      return stands;
    })
    .reverse();
}

function axesOf(records: readonly MetricRecord[], rows: readonly number[]): SeriesAxes {
  const pick = (read: (record: MetricRecord) => number) =>
    Float64Array.from(rows, (row) => read(records[row]!));
  return {
    step: pick(({ step }) => step),
    tokens: pick(({ tokensSeen }) => tokensSeen),
    time: pick(({ time }) => time),
  };
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
