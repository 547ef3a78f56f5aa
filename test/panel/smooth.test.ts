import fc from 'fast-check';
import { expect, test } from 'vitest';
import { initialSmoothing, smooth } from '../../client/panel/src/smooth.ts';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
  minLength: 1,
  maxLength: 40,
});

test('equals the weighted mean of its definition', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.double({ min: -9, max: 9, noNaN: true }), fc.constant(Number.NaN)), {
        minLength: 1,
        maxLength: 20,
      }),
      fc.integer({ min: 2, max: 50 }),
      (list, points) => {
        const keep = (points - 1) / (points + 1);
        const smoothed = smooth(Float64Array.from(list), points);
        list.forEach((value, i) => {
          if (Number.isNaN(value)) {
            expect(smoothed[i]).toBeNaN();
            return;
          }
          let sum = 0;
          let weight = 0;
          list.forEach((other, j) => {
            if (Number.isNaN(other)) return;
            sum += keep ** Math.abs(i - j) * other;
            weight += keep ** Math.abs(i - j);
          });
          expect(smoothed[i]).toBeCloseTo(sum / weight, 9);
        });
      },
    ),
    { seed: 1 },
  );
});

test('one point is no smoothing', () => {
  const raw = Float64Array.of(3, 1, 2);
  expect(smooth(raw, 1)).toBe(raw);
});

test('a straight line keeps its place away from its ends', () => {
  const line = Float64Array.from({ length: 200 }, (_, i) => 5 - 0.02 * i);
  expect(smooth(line, 10)[100]).toBeCloseTo(line[100]!, 6);
});

test('stays between the lowest and the highest value', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 2, max: 1000 }), (list, points) => {
      const [low, high] = [Math.min(...list), Math.max(...list)];
      const room = 1e-6 * Math.max(1, Math.abs(low), Math.abs(high));
      for (const value of smooth(Float64Array.from(list), points)) {
        expect(value).toBeGreaterThanOrEqual(low - room);
        expect(value).toBeLessThanOrEqual(high + room);
      }
    }),
    { seed: 2 },
  );
});

test('infinities are gaps and do not spread', () => {
  const smoothed = smooth(Float64Array.of(1, Number.POSITIVE_INFINITY, 1, 1), 5);
  expect([...smoothed]).toEqual([1, Number.NaN, 1, 1]);
});

test.each([
  [0, 1],
  [6, 1],
  [400, 10],
  [100_000, 100],
])('a curve of %d points begins with an average over %d', (longest, points) => {
  expect(initialSmoothing(longest)).toBe(points);
});
