import { type IndexRange } from './downSample.ts';

/** Lowest and highest finite value at the given indices; null when there is none. */
export function extent(values: Float64Array, { start, end }: IndexRange): [number, number] | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = start; i < end; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}

export function union(extents: readonly ([number, number] | null)[]): [number, number] | null {
  return extents.reduce<[number, number] | null>((sum, one) => {
    if (sum === null || one === null) return sum ?? one;
    return [Math.min(sum[0], one[0]), Math.max(sum[1], one[1])];
  }, null);
}

/** The axis for values in an extent, with some room; a share always has the whole of [0, 1]. */
export function axisRange(
  values: [number, number] | null,
  { log, share }: { log: boolean; share: boolean },
): [number, number] {
  if (log) return logRange(values, share);
  if (share) return [Math.min(0, values?.[0] ?? 0), Math.max(1, values?.[1] ?? 1)];
  if (values === null) return [0, 1];
  const [low, high] = values;
  const room = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  // What is never negative should not look as if it could be.
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

/** Half a decade of room for a single value, a tenth of a decade else. */
function logRange(values: [number, number] | null, share: boolean): [number, number] {
  if (values === null) return [0.1, 1];
  const [low, high] = values;
  const factor = high / low < 1.05 ? 3 : 1.25;
  return [low / factor, share ? Math.max(1, high) : high * factor];
}

/** The values that a log axis can show: the rest become NaN. */
export function positiveOnly(values: Float64Array): Float64Array {
  return values.map((value) => (value > 0 ? value : Number.NaN));
}
