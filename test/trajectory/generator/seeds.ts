/** Of the fast test; the slow one goes on from there. */
export const SEEDS: readonly number[] = [0, 1];
