/** One line of the table. */
export interface BenchRow {
  name: string;
  value: number;
  unit: string;
  /** What the value is held against, from the same run, in the same unit; null: it is not there. */
  peer?: Peer | null;
  /** What the goal speaks of; without it, it speaks of the value. */
  ratio?: number;
  /** A goal that does not hold fails `--check`; null and none: no goal. */
  atMost?: number | null;
  atLeast?: number;
}

export interface Peer {
  name: string;
  value: number;
}

/** A measurement that this machine or call has not what it takes for. */
export interface SkippedRow {
  name: string;
  skipped: string;
}

export interface BenchContext {
  /** How often what is timed is repeated; medians are told. */
  rounds: number;
  /** A Python with PyTorch; null: no peer. */
  python: string | null;
  /** A folder of real trajectory files; null: none. */
  corpus: string | null;
  /** Runs one of `BENCH_PARTS` in a process of its own. */
  part: (name: string) => Promise<Record<string, number>>;
}

export interface Bench {
  name: string;
  run: (context: BenchContext) => Promise<(BenchRow | SkippedRow)[]>;
}

/** A piece of a measurement that needs a process of its own: name to numbers. */
export type BenchParts = Record<string, () => Promise<Record<string, number>>>;

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** Of sorted numbers the one at this share of the way, the later where it falls between two. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const number = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (number === undefined) throw new Error('no number was measured');
  return number;
}

export async function timeMs(work: () => unknown): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

/** Uniform numbers in [0, 1), the same in every run. */
export function uniformFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
