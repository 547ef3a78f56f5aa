import type { MetricsRecord } from '@deepcoder/vocabulary';
import type { Series, SeriesAxes } from './run.ts';

/**
 * One series a metric, in the order in which the metrics first appear. Metrics measured at the same
 * records share their axes' arrays.
 */
export function seriesFromRecords(records: readonly MetricsRecord[]): Series[] {
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
function withoutRewound(records: readonly MetricsRecord[]): MetricsRecord[] {
  const kept: MetricsRecord[] = [];
  for (const record of records) {
    if (isRepeat(kept, record)) {
      while (kept.length > 0 && kept.at(-1)!.step >= record.step) kept.pop();
    }
    kept.push(record);
  }
  return kept;
}

/** True when a later step is there already, or this one with one of the same metrics. */
function isRepeat(kept: readonly MetricsRecord[], { step, values }: MetricsRecord): boolean {
  for (let i = kept.length - 1; i >= 0 && kept[i]!.step >= step; i--) {
    if (kept[i]!.step > step) return true;
    if (Object.keys(values).some((name) => Object.hasOwn(kept[i]!.values, name))) return true;
  }
  return false;
}

function axesOf(records: readonly MetricsRecord[], rows: readonly number[]): SeriesAxes {
  const pick = (read: (record: MetricsRecord) => number) =>
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
