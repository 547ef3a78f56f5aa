import { random } from '../../trainer/src/engine/random.ts';

export interface Random {
  /** A whole number from 0 up to, not with, `bound`. */
  below: (bound: number) => number;
  pick: <T>(list: readonly T[]) => T;
}

/** The same choices for the same seed. */
export function randomFrom(seed: number): Random {
  const next = random(seed);
  const below = (bound: number): number => Math.floor(next() * bound);
  return { below, pick: (list) => list[below(list.length)]! };
}
