/**
 * Uniform numbers in [0, 1) that depend on the seeds alone (mulberry32 over mixed seeds), so that an
 * epoch's order can be made again from (seed, epoch) without saving a state.
 */
export function random(...seeds: number[]): () => number {
  let state = seeds.reduce((mixed, seed) => mix(mixed ^ (seed >>> 0)), 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Fisher-Yates shuffle; returns a new array. */
export function shuffled<T>(items: readonly T[], next: () => number): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}

/** The finaliser of MurmurHash3: every bit of the input reaches every bit of the output, and no two inputs give the same. */
export function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
