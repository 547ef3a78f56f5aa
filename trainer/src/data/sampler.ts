import { epochPlan, type EpochPlan } from './epochPlan.ts';
import { makeBatch } from './batches.ts';
import { type Deal, isDealt, rowsOfPart } from './deal.ts';
import type { Batch, BatchOptions } from './types.ts';
import type { Sample } from './sample.ts';

/** Where a run stands in its data: the next batch to give. Plain data, saved with a checkpoint. */
export interface SamplerPosition {
  epoch: number;
  index: number;
}

/** What a rank has to do with one micro-batch of a step. */
interface DealtBatch {
  batch: Batch;
  /** Which micro-batch of the step it belongs to, and which of its rows comes first. */
  micro: number;
  firstRow: number;
}

export interface Sampler {
  /** What this rank has to do of the next `count` micro-batches. Goes on into the next epoch at an epoch's end. */
  window(count: number): DealtBatch[];
  /** A sampler made with this position gives the very batches that this one would give next. */
  position(): SamplerPosition;
  batchesInEpoch(): number;
  /** Time spent in making batches so far. */
  timeMs(): number;
}

export interface SamplerOptions extends Omit<BatchOptions, 'epoch' | 'start' | 'parts'> {
  deal: Deal;
  position?: SamplerPosition;
  now: () => number;
}

/** Endless batches, epoch after epoch, that can be stopped and gone on with exactly, by any number of ranks. */
export function createSampler(samples: readonly Sample[], options: SamplerOptions): Sampler {
  const { deal, rows, now } = options;
  const { parts } = deal;
  let { epoch, index } = options.position ?? { epoch: 0, index: 0 };
  let plan: EpochPlan | null = null;
  let timeMs = 0;
  const current = (): EpochPlan => (plan ??= epochPlan(samples, { ...options, epoch }));

  function nextRows(): EpochPlan[number] {
    while (index >= current().length) {
      if (current().length === 0) throw new RangeError('a sampler needs at least one sample');
      epoch++;
      index = 0;
      plan = null;
    }
    return current()[index++]!;
  }

  return {
    window(count) {
      const before = now();
      const dealt: DealtBatch[] = [];
      for (let micro = 0; micro < count; micro++) {
        const all = nextRows();
        for (let part = 0; part < parts; part++) {
          const own = rowsOfPart(all, part, { rows, parts });
          if (!isDealt(deal, micro, part) || own.length === 0) continue;
          const firstRow = part * (rows / parts);
          const batch = makeBatch(samples, own, { ...options, rows: rows / parts, epoch });
          dealt.push({ batch, micro, firstRow });
        }
      }
      timeMs += now() - before;
      return dealt;
    },
    position: () => (index >= current().length ? { epoch: epoch + 1, index: 0 } : { epoch, index }),
    batchesInEpoch: () => current().length,
    timeMs: () => timeMs,
  };
}
