import type { PlannedChart, PlannedSeries } from '../chartPlan.ts';
import type { Run, Series } from '../run.ts';
import type { Curve, ThinLine, WholeLine } from '../thinLine.ts';
import { axisRange, extent, union } from '../valueRange.ts';
import type { Details, Seen } from './details.ts';
import type { Axis, ViewState } from './view.ts';

/** A line with all its points. */
export interface Line {
  planned: PlannedSeries;
  /** Where the points lie on the axis. */
  x: Float64Array;
  /** As measured. */
  raw: Float64Array;
  /** The same, for who thins it out. */
  whole: WholeLine;
}

export interface ChartData {
  lines(chart: PlannedChart, state: Readonly<ViewState>): Line[];
  /** From the first to the last point of all runs. */
  wholeRange(axis: Axis): [number, number];
  /** The part of its axis that is seen of a run. */
  seen(run: string, state: Readonly<ViewState>): Seen;
}

/** Keeps what it has computed: a zoom or a pointer's move computes nothing anew. */
export function chartData(runs: readonly Run[], details?: Details): ChartData {
  const starts = new Map<string, number>();
  const times = new WeakMap<Float64Array, Float64Array>();

  const xOf = (run: string, series: Series, axis: Axis): Float64Array => {
    if (axis !== 'time') return series[axis];
    const start = startOf(run);
    const known = times.get(series.time) ?? series.time.map((time) => time - start);
    times.set(series.time, known);
    return known;
  };
  // A live run has no start until its first record.
  const startOf = (id: string): number => {
    const known = starts.get(id) ?? firstTime(runs.find((run) => run.id === id));
    if (!Number.isFinite(known)) return 0;
    starts.set(id, known);
    return known;
  };
  const originOf = (run: string, axis: Axis) => (axis === 'time' ? startOf(run) : 0);
  const wholeRange = (axis: Axis): [number, number] => {
    const ends = runs.flatMap(({ id, series }) => {
      const origin = originOf(id, axis);
      return series.map(({ [axis]: x }): [number, number] | null =>
        x.length === 0 ? null : [x[0]! - origin, x[x.length - 1]! - origin],
      );
    });
    const [low, high] = union(ends) ?? [0, 1];
    return low < high ? [low, high] : [low - 1, high + 1];
  };
  const seen = (run: string, { axis, range }: Readonly<ViewState>): Seen => ({
    axis,
    range: range ?? wholeRange(axis),
    origin: originOf(run, axis),
  });
  const drawn = (run: string, series: Series, state: Readonly<ViewState>): Series =>
    state.range === null || details === undefined
      ? series
      : details.seriesFor(run, series, seen(run, state));

  return {
    wholeRange,
    seen,
    lines({ id, series }, state) {
      const { hidden, axis, smoothing } = state;
      return series
        .filter(({ key, run }) => !hidden.has(lineKey(id, key)) && !hidden.has(run))
        .map((planned) => {
          const { run } = planned;
          const own = drawn(run, planned.series, state);
          const whole: WholeLine = {
            x: own[axis],
            y: own.value,
            origin: originOf(run, axis),
            // Over measured values, also where one stands for several.
            smoothing: planned.smoothed ? smoothing / (own.every ?? 1) : 1,
          };
          return { planned, x: xOf(run, own, axis), raw: own.value, whole };
        });
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
  lines: readonly ThinLine[],
  options: { log: boolean; share: boolean },
): [number, number] {
  const whole = ({ y }: Curve) => extent(y, { start: 0, end: y.length });
  const seen = lines.flatMap(({ raw, averaged }) => [
    whole(raw),
    averaged === null ? null : whole(averaged),
  ]);
  return axisRange(union(seen), options);
}

function firstTime(run: Run | undefined): number {
  const times = run?.series.map(({ time }) => time[0] ?? Number.POSITIVE_INFINITY) ?? [];
  return times.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
}
