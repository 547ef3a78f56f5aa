/** Games that both players played, in pairs. */
export interface Paired {
  games: number;
  /** Won by the first only, and by the second only. */
  onlyOne: number;
  onlyOther: number;
  /** Two-sided p-value of the exact McNemar test: that so uneven a split comes of equal players. */
  p: number;
}

/**
 * The exact McNemar test (binomial, two-sided): of the n games that only one of them won, k by the first,
 * p = min(1, 2 P(X <= min(k, n - k))), X ~ Binomial(n, 1/2). Games that the environment spoilt for either
 * are null and left out.
 */
export function mcNemar(
  one: readonly (boolean | null)[],
  other: readonly (boolean | null)[],
): Paired {
  const pairs = one.flatMap((first, index): [boolean, boolean][] => {
    const second = other[index];
    return first === null || second === null || second === undefined ? [] : [[first, second]];
  });
  const onlyOne = pairs.filter(([first, second]) => first && !second).length;
  const onlyOther = pairs.filter(([first, second]) => !first && second).length;
  return { games: pairs.length, onlyOne, onlyOther, p: twoSided(onlyOne, onlyOther) };
}

function twoSided(one: number, other: number): number {
  const n = one + other;
  let logTerm = -n * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= Math.min(one, other); k++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((n - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}
