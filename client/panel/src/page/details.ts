import { visibleRange } from '../downSample.ts';
import type { Run, Series } from '../run.ts';
import type { Axis } from './view.ts';

/** What is seen of an axis. */
export interface Seen {
  axis: Axis;
  range: [number, number];
  /** Where the axis of the run begins. */
  origin: number;
}

interface Part {
  /** Steps, both inclusive. */
  from: number;
  to: number;
  series: ReadonlyMap<string, Series>;
}

/** Parts of long histories with more of their points; of the whole only a selection is there. */
export interface Details {
  put(run: string, part: { from: number; to: number; series: readonly Series[] }): void;
  drop(run: string): void;
  /** The series to draw for what is seen: the given one, or the part of it with more points. */
  seriesFor(run: string, series: Series, seen: Seen): Series;
  /** The steps of which more should be asked for what is seen; null where all is there. */
  missing(runs: readonly Run[], seenOf: (run: string) => Seen): { from: number; to: number } | null;
}

/** A part that has not all points either is good enough up to so many times what is seen. */
const ROOM = 4;

export function createDetails(): Details {
  const parts = new Map<string, Part>();
  return {
    put: (run, { from, to, series }) =>
      void parts.set(run, { from, to, series: new Map(series.map((one) => [one.name, one])) }),
    drop: (run) => void parts.delete(run),
    seriesFor(run, series, seen) {
      const part = parts.get(run);
      if (part === undefined || !isThin(series)) return series;
      return isCovered(part, stepsOf(series, seen))
        ? (part.series.get(series.name) ?? series)
        : series;
    },
    missing(runs, seenOf) {
      const lacking = runs.flatMap(({ id, series }) => {
        const thin = series.find(isThin);
        if (thin === undefined) return [];
        const steps = stepsOf(thin, seenOf(id));
        const part = parts.get(id);
        const isFine = part !== undefined && isCovered(part, steps) && isFineEnough(part, steps);
        return isFine ? [] : [steps];
      });
      if (lacking.length === 0) return null;
      const from = lacking
        .map(([low]) => low)
        .reduce((least, one) => Math.min(least, one), Infinity);
      const to = lacking
        .map(([, high]) => high)
        .reduce((most, one) => Math.max(most, one), -Infinity);
      // Some room, so that the next move of the view finds its points there.
      const room = (to - from) / 2;
      return { from: Math.max(0, Math.floor(from - room)), to: Math.ceil(to + room) };
    },
  };
}

function isThin({ every = 1 }: Series): boolean {
  return every > 1;
}

function stepsOf(series: Series, { axis, range: [from, to], origin }: Seen): [number, number] {
  const { step } = series;
  const { start, end } = visibleRange(series[axis], [from + origin, to + origin]);
  return [step[start] ?? 0, step[end - 1] ?? 0];
}

function isCovered({ from, to }: Part, [low, high]: [number, number]): boolean {
  return from <= low && high <= to;
}

function isFineEnough({ from, to, series }: Part, [low, high]: [number, number]): boolean {
  return ![...series.values()].some(isThin) || to - from <= ROOM * (high - low);
}
