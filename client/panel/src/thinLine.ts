import { downSample, visibleRange } from './downSample.ts';
import { smooth } from './smooth.ts';
import { positiveOnly } from './valueRange.ts';

/** All points of a line. */
export interface WholeLine {
  /** Not falling. */
  x: Float64Array;
  y: Float64Array;
  /** Where the axis begins: a point lies at `x - origin`. */
  origin: number;
  /** Over how many points it is averaged; 1: not at all. */
  smoothing: number;
}

export interface Curve {
  x: Float64Array;
  y: Float64Array;
}

/** What a picture of a line needs of its points: as measured, and averaged where that is wanted. */
export interface ThinLine {
  raw: Curve;
  averaged: Curve | null;
}

export interface ThinOptions {
  /** What is seen of the axis. */
  range: [number, number];
  /** Columns of pixels. */
  columns: number;
  /** Values that are not above 0 count as not finite. */
  log: boolean;
}

export type Thin = (line: WholeLine, options: ThinOptions) => ThinLine;

/** Thins lines out to what can be seen of them. Averages are over all points, before any is left out, and kept. */
export function createThin(): Thin {
  const known = new WeakMap<Float64Array, { points: number; values: Float64Array }>();
  const average = (values: Float64Array, points: number): Float64Array => {
    const found = known.get(values);
    if (found?.points === points) return found.values;
    const computed = smooth(values, points);
    known.set(values, { points, values: computed });
    return computed;
  };
  return (line, options) => {
    const { y, smoothing } = line;
    const isAveraged = smoothing > 1 && y.length > 2;
    return {
      raw: curveOf(line, y, options),
      averaged: isAveraged ? curveOf(line, average(y, smoothing), options) : null,
    };
  };
}

function curveOf(
  { x, origin }: WholeLine,
  values: Float64Array,
  { range: [from, to], columns, log }: ThinOptions,
): Curve {
  const { start, end } = visibleRange(x, [from + origin, to + origin]);
  const places = x.subarray(start, end);
  const seen = values.subarray(start, end);
  const drawn = log ? positiveOnly(seen) : seen;
  const kept = downSample({ x: places, y: drawn, range: { start: 0, end: end - start }, columns });
  const curve = { x: new Float64Array(kept.length), y: new Float64Array(kept.length) };
  for (let i = 0; i < kept.length; i++) {
    curve.x[i] = places[kept[i]!]! - origin;
    curve.y[i] = drawn[kept[i]!]!;
  }
  return curve;
}
