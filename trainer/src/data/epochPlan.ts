import { DeepCoderError } from '@deepcoder/config';
import { random, shuffled } from '../engine/random.ts';
import type { BatchOptions } from './types.ts';
import type { Sample } from './sample.ts';

/** Which samples (by index) each row of each batch holds, in order. */
export type EpochPlan = number[][][];

/** Samples that are packed together; small enough that an easy-first order survives packing. */
const WINDOW = 512;

/**
 * The batches of one epoch; the same for the same samples, options, seed and epoch. Every sample comes
 * once. Rows are filled by first-fit decreasing inside windows of the epoch's order (a global sort
 * would put all long samples first).
 */
export function epochPlan(samples: readonly Sample[], options: BatchOptions): EpochPlan {
  const { rows, length, seed, epoch, packing = true } = options;
  refuseLong(samples, length);
  const next = random(seed, epoch);
  const order = epochOrder(samples, options, next);
  const packed: number[][] = [];
  for (let at = 0; at < order.length; at += WINDOW) {
    const window = order.slice(at, at + WINDOW);
    const filled = packing
      ? firstFitDecreasing(window, (index) => samples[index]!.ids.length, length)
      : window.map((index) => [index]);
    for (const one of packing && options.complexity === undefined ? shuffled(filled, next) : filled)
      packed.push(one);
  }
  const plan: EpochPlan = [];
  for (let at = 0; at < packed.length; at += rows) plan.push(packed.slice(at, at + rows));
  return plan;
}

function refuseLong(samples: readonly Sample[], length: number): void {
  const long = samples.find((sample) => sample.ids.length > length);
  if (long === undefined) return;
  throw new DeepCoderError(
    'sample-too-long',
    `${long.source}: sample ${long.id} has ${long.ids.length} tokens, a row holds ${length}; ` +
      'raise data.max_length or set data.truncate',
    { exitCode: 3 },
  );
}

function epochOrder(
  samples: readonly Sample[],
  { complexity }: BatchOptions,
  next: () => number,
): number[] {
  const order = shuffled([...samples.keys()], next);
  if (complexity === undefined) return order;
  const scores = samples.map(complexity);
  // The sort is stable, so that ties stay shuffled.
  return order.sort((a, b) => scores[a]! - scores[b]!);
}

/**
 * Longest first, each into the first row with room. Rows are then put in the order of their earliest
 * item, and items inside a row in the given order.
 */
function firstFitDecreasing(
  items: readonly number[],
  size: (item: number) => number,
  capacity: number,
): number[][] {
  const rank = new Map(items.map((item, index) => [item, index]));
  const longestFirst = [...items].sort((a, b) => size(b) - size(a));
  const rows: { room: number; items: number[] }[] = [];
  for (const item of longestFirst) {
    let row = rows.find(({ room }) => room >= size(item));
    if (row === undefined) rows.push((row = { room: capacity, items: [] }));
    row.room -= size(item);
    row.items.push(item);
  }
  const byRank = (a: number, b: number): number => rank.get(a)! - rank.get(b)!;
  return rows.map((row) => row.items.sort(byRank)).sort((a, b) => byRank(a[0]!, b[0]!));
}
