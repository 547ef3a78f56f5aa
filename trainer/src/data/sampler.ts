import { epochPlan, type EpochPlan } from './epochPlan.ts';
import { makeBatch } from './batches.ts';
import type { Batch, BatchOptions } from './types.ts';
import type { Sample } from './sample.ts';

/** Where a run stands in its data: the next batch to give. Plain data, saved with a checkpoint. */
export interface SamplerPosition {
  epoch: number;
  index: number;
}

export interface Sampler {
  /** Goes on into the next epoch at an epoch's end. */
  next(): Batch;
  /** A sampler made with this position gives the very batches that this one would give next. */
  position(): SamplerPosition;
  batchesInEpoch(): number;
  /** Time spent in making batches so far. */
  timeMs(): number;
}

/** Endless batches, epoch after epoch, that can be stopped and gone on with exactly. */
export function createSampler(
  samples: readonly Sample[],
  options: Omit<BatchOptions, 'epoch' | 'start'> & {
    position?: SamplerPosition;
    now: () => number;
  },
): Sampler {
  let { epoch, index } = options.position ?? { epoch: 0, index: 0 };
  let plan: EpochPlan | null = null;
  let timeMs = 0;
  const current = (): EpochPlan => (plan ??= epochPlan(samples, { ...options, epoch }));
  return {
    next() {
      const before = options.now();
      while (index >= current().length) {
        if (current().length === 0) throw new RangeError('a sampler needs at least one sample');
        epoch++;
        index = 0;
        plan = null;
      }
      const batch = makeBatch(samples, current()[index++]!, { ...options, epoch });
      timeMs += options.now() - before;
      return batch;
    },
    position: () => (index >= current().length ? { epoch: epoch + 1, index: 0 } : { epoch, index }),
    batchesInEpoch: () => current().length,
    timeMs: () => timeMs,
  };
}
