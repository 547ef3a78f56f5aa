import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smooth } from '../../client/panel/src/smooth.ts';
import { createThin } from '../../client/panel/src/thinLine.ts';

const numbers = (count: number, at: (i: number) => number) =>
  Float64Array.from({ length: count }, (_, i) => at(i));

describe('a line thinned out', () => {
  test('has the extremes of what is seen, and no points that are not', () => {
    const count = 50_000;
    const y = numbers(count, (i) => Math.sin(i / 90) + ((i * 7919) % 100) / 50);
    const line = { x: numbers(count, (i) => 3 * i + 10), y, origin: 10, smoothing: 1 };
    fc.assert(
      fc.property(fc.nat(count - 200), fc.integer({ min: 150, max: count }), (start, length) => {
        const end = Math.min(count - 1, start + length);
        const { raw, averaged } = createThin()(line, {
          range: [3 * start, 3 * end],
          columns: 100,
          log: false,
        });
        expect(averaged).toBeNull();
        const seen = y.subarray(start, end + 1);
        const inside = raw.y.filter((_, i) => raw.x[i]! >= 3 * start && raw.x[i]! <= 3 * end);
        expect(Math.max(...inside)).toBe(Math.max(...seen));
        expect(Math.min(...inside)).toBe(Math.min(...seen));
        // One more on either side, so that the line runs to the edges.
        expect(raw.y.length - inside.length).toBeLessThanOrEqual(2);
        expect(raw.y.length).toBeLessThanOrEqual(5 * 100);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test('is averaged over all points, not over those that are left', () => {
    const count = 20_000;
    const x = numbers(count, (i) => i);
    const y = numbers(count, (i) => (i % 2 === 0 ? 1 : -1) + i / count);
    const options = { range: [0, count] as [number, number], columns: 50, log: false };
    const { averaged } = createThin()({ x, y, origin: 0, smoothing: 40 }, options);
    const whole = smooth(y, 40);
    averaged!.x.forEach((place, i) => expect(averaged!.y[i]).toBe(whole[place]));
    expect(averaged!.x.length).toBeLessThan(300);
  });

  test('on a log axis, what is not above 0 is missing', () => {
    const x = Float64Array.of(0, 1, 2, 3);
    const y = Float64Array.of(2, 0, -1, 4);
    const options = { range: [0, 3] as [number, number], columns: 100, log: true };
    const { raw } = createThin()({ x, y, origin: 0, smoothing: 1 }, options);
    expect([...raw.y]).toEqual([2, Number.NaN, Number.NaN, 4]);
  });
});
