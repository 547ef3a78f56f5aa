import { describe, expect, test } from 'vitest';
import { gamesInData } from '../../../trainer/src/eval/gamesInData.ts';
import { mcNemar } from '../../../trainer/src/eval/mcNemar.ts';

/** Games of which the first player alone won `one`, the second alone `other`, and both `both`. */
function games(one: number, other: number, both: number): [boolean[], boolean[]] {
  const row = (wonOne: boolean, wonOther: boolean): boolean[] => [
    ...Array.from({ length: one }, () => wonOne),
    ...Array.from({ length: other }, () => wonOther),
    ...Array.from({ length: both }, () => true),
  ];
  return [row(true, false), row(false, true)];
}

describe('mcNemar', () => {
  // In Python: min(1, 2 * sum(math.comb(n, i) for i in range(k + 1)) / 2**n), with whole numbers throughout.
  const cases: [number, number, number][] = [
    [0, 0, 1],
    [5, 5, 1],
    [1, 0, 1],
    [6, 0, 0.03125],
    [10, 2, 0.03857421875],
    [26, 1, 4.172325134277344e-7],
    [300, 250, 0.036578745549102704],
  ];
  test.each(cases)('%i against %i', (one, other, p) => {
    const paired = mcNemar(...games(one, other, 7));
    expect(paired).toMatchObject({ games: one + other + 7, onlyOne: one, onlyOther: other });
    expect(Math.abs(paired.p - p) / p).toBeLessThan(1e-5);
    expect(mcNemar(...games(other, one, 0)).p).toBeCloseTo(p, 6);
  });

  test('what the environment spoilt for either is left out', () => {
    expect(mcNemar([true, null, true, false], [false, true, null, false])).toMatchObject({
      ...{ games: 2, onlyOne: 1, onlyOther: 0 },
    });
  });
});

test('games whose beginning some sample has', () => {
  const samples = [[1, 2, 3, 4, 5], [1, 2, 9], [7]].map((ids) => ({ ids: Int32Array.from(ids) }));
  const heads = [[1, 2, 3], [1, 2], [1, 2, 4], [7, 8], [7], [2, 3]];
  expect(gamesInData(heads, samples)).toEqual([true, true, false, false, true, false]);
});
