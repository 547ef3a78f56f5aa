import { shiftTargets } from '@deepcoder/trajectory';
import { epochPlan } from './epochPlan.ts';
import { rowsOfPart } from './deal.ts';
import type { BatchOptions } from './types.ts';
import type { Sample } from './sample.ts';

/** Every size of P is one more compiled graph; steps of a quarter waste a tenth of the slots. */
const LADDER_STEP = 1.25;
const SMALLEST = 16;

/**
 * How many target slots a batch with `count` targets gets: the smallest bucket that holds them, or,
 * without buckets or past the last one, the next size of a ladder. Never more than `most`, the number
 * of positions.
 */
export function targetSlots(count: number, most: number, buckets: readonly number[] = []): number {
  const bucket = buckets.find((size) => size >= count);
  if (bucket !== undefined) return Math.min(bucket, most);
  let size = SMALLEST;
  while (size < count) size = Math.ceil((size * LADDER_STEP) / SMALLEST) * SMALLEST;
  return Math.min(size, most);
}

/**
 * Up to `buckets` sizes of P for a run, chosen on the plan of one epoch so that the fewest slots are
 * wasted; the largest has a tenth to spare for other epochs. Ascending, multiples of 16.
 */
export function chooseTargetBuckets(
  samples: readonly Sample[],
  options: BatchOptions,
  buckets = 2,
): number[] {
  const counts = samples.map((sample) => shiftTargets(sample, options.weights).index.length);
  const { parts = 1 } = options;
  const most = (options.rows / parts) * options.length;
  const roundUp = (count: number): number =>
    Math.min(most, Math.max(1, Math.ceil(count / SMALLEST)) * SMALLEST);
  const needs = epochPlan(samples, options)
    .flatMap((rows) =>
      Array.from({ length: parts }, (_, part) =>
        rowsOfPart(rows, part, { rows: options.rows, parts }),
      ),
    )
    .map((rows) => rows.flat().reduce((sum, index) => sum + counts[index]!, 0))
    .sort((a, b) => a - b);
  if (needs.length === 0) return [];
  const ends = cheapestCuts(needs.map(roundUp), buckets);
  const sizes = ends.map((size, i) => (i === ends.length - 1 ? roundUp(size * 1.1) : size));
  return [...new Set(sizes)];
}

/** Splits ascending sizes into at most `parts` runs, each costing its last size times its length. */
function cheapestCuts(sizes: readonly number[], parts: number): number[] {
  // Distinct sizes are few (multiples of 16), so trying all cuts between them is cheap.
  const distinct = [...new Set(sizes)];
  const upTo = distinct.map((size) => sizes.filter((other) => other <= size).length);
  let best = distinct.map((size, i) => ({ cost: size * upTo[i]!, ends: [size] }));
  for (let part = 1; part < parts; part++) {
    best = best.map((alone, i) =>
      best.slice(0, i).reduce((cheapest, before, j) => {
        const cost = before.cost + distinct[i]! * (upTo[i]! - upTo[j]!);
        return cost < cheapest.cost ? { cost, ends: [...before.ends, distinct[i]!] } : cheapest;
      }, alone),
    );
  }
  return best.at(-1)?.ends ?? [];
}
