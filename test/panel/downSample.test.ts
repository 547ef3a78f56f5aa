import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { downSample, nearestIndex, visibleRange } from '../../client/panel/src/downSample.ts';

const value = fc.oneof(
  { weight: 20, arbitrary: fc.double({ min: -1e3, max: 1e3, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY) },
);
const points = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 5 }), value), { minLength: 1, maxLength: 300 })
  .map((list) => {
    let place = 0;
    const x = Float64Array.from(list, ([gap]) => (place += gap));
    return { x, y: Float64Array.from(list, ([, y]) => y) };
  });

describe('downSample', () => {
  test('keeps the extremes of every column, the ends, and every column with a broken value', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 20 }), ({ x, y }, columns) => {
        const count = x.length;
        const kept = downSample({ x, y, range: { start: 0, end: count }, columns });
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        expect(kept.length).toBeLessThanOrEqual(Math.max(4 * columns, 5 * columns));
        const width = x[count - 1]! - x[0]!;
        const columnOf = (i: number) =>
          width === 0 ? 0 : Math.min(columns - 1, Math.floor(((x[i]! - x[0]!) / width) * columns));
        const inKept = new Set(kept);
        for (let column = 0; column < columns; column++) {
          const members = [...x.keys()].filter((i) => columnOf(i) === column);
          const finite = members.filter((i) => Number.isFinite(y[i]!));
          const shown = members.filter((i) => inKept.has(i));
          const values = (indices: number[]) => indices.map((i) => y[i]!).filter(Number.isFinite);
          if (finite.length > 0) {
            expect(Math.min(...values(shown))).toBe(Math.min(...values(finite)));
            expect(Math.max(...values(shown))).toBe(Math.max(...values(finite)));
            expect(inKept.has(finite[0]!)).toBe(true);
            expect(inKept.has(finite.at(-1)!)).toBe(true);
          }
          const broken = members.some((i) => !Number.isFinite(y[i]!));
          expect(shown.some((i) => !Number.isFinite(y[i]!))).toBe(broken);
        }
      }),
      { seed: 3 },
    );
  });

  test('a single peak among a million points is kept', () => {
    const count = 1_000_000;
    const x = Float64Array.from({ length: count }, (_, i) => i);
    const y = new Float64Array(count).fill(1);
    y[654_321] = 9;
    const kept = downSample({ x, y, range: { start: 0, end: count }, columns: 800 });
    expect(kept).toContain(654_321);
    expect(kept.length).toBeLessThanOrEqual(3 * 800);
  });
});

describe('visibleRange', () => {
  const x = Float64Array.of(0, 10, 20, 30, 40);
  test.each([
    [[0, 40], 0, 5],
    [[12, 28], 1, 4],
    [[10, 30], 0, 5],
    [[50, 60], 4, 5],
    [[-9, -5], 0, 1],
  ] as const)('%j', (range, start, end) => {
    expect(visibleRange(x, range)).toEqual({ start, end });
  });
});

describe('nearestIndex', () => {
  test.each([
    [[], 3, -1],
    [[5], 99, 0],
    [[0, 10, 20], -3, 0],
    [[0, 10, 20], 14, 1],
    [[0, 10, 20], 16, 2],
    [[0, 10, 20], 99, 2],
  ])('%j at %d is %d', (x, place, index) => {
    expect(nearestIndex(Float64Array.from(x), place)).toBe(index);
  });
});
