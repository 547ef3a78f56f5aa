import type { PlannedChart, PlannedSeries } from '../chartPlan.ts';
import { visibleRange } from '../downSample.ts';
import type { Run, Series } from '../run.ts';
import { smooth } from '../smooth.ts';
import { axisRange, extent, positiveOnly, union } from '../valueRange.ts';
import type { Axis, ViewState } from './view.ts';

/** What is drawn of a line: raw values, and averaged ones where it is smoothed. */
export interface Line {
  planned: PlannedSeries;
  x: Float64Array;
  raw: Float64Array;
  smoothed: Float64Array | null;
}

export interface ChartData {
  lines(chart: PlannedChart, state: Readonly<ViewState>): Line[];
  /** From the first to the last point of all runs. */
  wholeRange(axis: Axis): [number, number];
}

/** Keeps what it has computed: a zoom or a pointer's move computes nothing anew. */
export function chartData(runs: readonly Run[]): ChartData {
  const starts = new Map<string, number>();
  const times = new WeakMap<Float64Array, Float64Array>();
  const positive = new WeakMap<Float64Array, Float64Array>();
  const averages = new WeakMap<Float64Array, { points: number; values: Float64Array }>();

  const xOf = (run: string, series: Series, axis: Axis): Float64Array => {
    if (axis !== 'time') return series[axis];
    const start = startOf(run);
    return remember(times, series.time, () => series.time.map((time) => time - start));
  };
  // A live run has no start until its first record.
  const startOf = (id: string): number => {
    const known = starts.get(id) ?? firstTime(runs.find((run) => run.id === id));
    if (!Number.isFinite(known)) return 0;
    starts.set(id, known);
    return known;
  };
  const average = (values: Float64Array, points: number): Float64Array => {
    const known = averages.get(values);
    if (known?.points === points) return known.values;
    const computed = smooth(values, points);
    averages.set(values, { points, values: computed });
    return computed;
  };
  const drawable = (values: Float64Array, log: boolean) =>
    log ? remember(positive, values, () => positiveOnly(values)) : values;

  return {
    lines: ({ id, series }, { hidden, axis, log, smoothing }) =>
      series
        .filter(({ key, run }) => !hidden.has(lineKey(id, key)) && !hidden.has(run))
        .map((planned) => {
          const { value } = planned.series;
          const averaged = planned.smoothed && smoothing > 1 && value.length > 2;
          return {
            planned,
            x: xOf(planned.run, planned.series, axis),
            raw: drawable(value, log),
            smoothed: averaged ? drawable(average(value, smoothing), log) : null,
          };
        }),
    wholeRange(axis) {
      const ends = runs.flatMap((run) =>
        run.series.map((series): [number, number] | null => {
          const x = xOf(run.id, series, axis);
          return x.length === 0 ? null : [x[0]!, x[x.length - 1]!];
        }),
      );
      const [low, high] = union(ends) ?? [0, 1];
      return low < high ? [low, high] : [low - 1, high + 1];
    },
  };
}

/** The key under which a chart's line is switched off. */
export function lineKey(chart: string, series: string): string {
  return `${chart} ${series}`;
}

/** The line with the most points. */
export function longest(lines: readonly Line[]): Line | null {
  return lines.reduce<Line | null>(
    (most, line) => (most === null || line.x.length > most.x.length ? line : most),
    null,
  );
}

/** The values' axis for what is seen of the lines. */
export function valueAxis(
  lines: readonly Line[],
  range: [number, number],
  options: { log: boolean; share: boolean },
): [number, number] {
  const seen = lines.flatMap(({ x, raw, smoothed }) => {
    const inside = visibleRange(x, range);
    return [extent(raw, inside), smoothed === null ? null : extent(smoothed, inside)];
  });
  return axisRange(union(seen), options);
}

function firstTime(run: Run | undefined): number {
  const times = run?.series.map(({ time }) => time[0] ?? Number.POSITIVE_INFINITY) ?? [];
  return Math.min(Number.POSITIVE_INFINITY, ...times);
}

function remember(
  known: WeakMap<Float64Array, Float64Array>,
  key: Float64Array,
  compute: () => Float64Array,
): Float64Array {
  const values = known.get(key) ?? compute();
  known.set(key, values);
  return values;
}
