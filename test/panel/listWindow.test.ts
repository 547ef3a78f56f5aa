import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listWindow, scrollFor } from '../../client/panel/src/inspector/listWindow.ts';

const sizes = fc.record({
  total: fc.integer({ min: 1, max: 5_000_000 }),
  rowHeight: fc.constant(44),
  height: fc.integer({ min: 100, max: 1200 }),
});

/** What a reader sees: rows of which a part lies inside the list's box. */
function seen(size: { total: number; rowHeight: number; height: number }, scrollTop: number) {
  const { first, last, shift } = listWindow(size, scrollTop);
  const { rowHeight, height } = size;
  const rows = Array.from({ length: last - first }, (_, i) => first + i);
  const placed = rows.map((row) => ({ row, top: shift + (row - first) * rowHeight - scrollTop }));
  return placed.filter(({ top }) => top + rowHeight > 0 && top < height);
}

const furthest = (size: { total: number; rowHeight: number; height: number }) =>
  Math.max(0, listWindow(size, 0).spaceHeight - size.height);

describe('a list of any length', () => {
  test('begins with its first row, and scrolled to its end shows its last', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        expect(seen(size, 0)[0]).toEqual({ row: 0, top: 0 });
        const last = seen(size, furthest(size)).at(-1)!;
        expect(last.row).toBe(size.total - 1);
        if (size.total * size.rowHeight > size.height)
          expect(last.top + size.rowHeight).toBeCloseTo(size.height, 0);
      }),
      { seed: 5 },
    );
  });

  test('fills what is seen of it, wherever it is scrolled to', () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), (size, share) => {
        const rows = seen(size, share * furthest(size));
        expect(rows[0]!.top).toBeLessThanOrEqual(0);
        const bottom = rows.at(-1)!.top + size.rowHeight;
        expect(bottom).toBeGreaterThanOrEqual(
          Math.min(size.height, size.total * size.rowHeight) - 0.01,
        );
      }),
      { seed: 6 },
    );
  });

  test('every row can be brought wholly into sight', () => {
    fc.assert(
      fc.property(
        sizes,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (size, row, from) => {
          const index = Math.min(size.total - 1, Math.floor(row * size.total));
          const scrollTop = scrollFor(size, index, from * furthest(size));
          const found = seen(size, scrollTop).find((one) => one.row === index)!;
          expect(found.top).toBeGreaterThanOrEqual(-0.01);
          expect(found.top + size.rowHeight).toBeLessThanOrEqual(size.height + 0.01);
        },
      ),
      { seed: 7 },
    );
  });
});
