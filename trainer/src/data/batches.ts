import { type ShiftedTargets, shiftTargets } from '@deepcoder/trajectory';
import { epochPlan } from './epochPlan.ts';
import { targetSlots } from './targetBuckets.ts';
import type { Batch, BatchOptions, Targets } from './types.ts';
import type { StoredPicture } from './render/rendered.ts';
import type { Sample } from './sample.ts';

/**
 * The batches of one epoch from `options.start` on, each made when it is asked for. Same samples,
 * options, seed and epoch give the same batches.
 */
export function* batches(samples: readonly Sample[], options: BatchOptions): Generator<Batch> {
  const plan = epochPlan(samples, options);
  for (let index = options.start ?? 0; index < plan.length; index++) {
    yield makeBatch(samples, plan[index]!, options);
  }
}

/** How many batches an epoch has. */
export function batchesPerEpoch(samples: readonly Sample[], options: BatchOptions): number {
  return epochPlan(samples, options).length;
}

/** One batch from the samples that each of its rows holds; missing rows are padding. */
export function makeBatch(
  samples: readonly Sample[],
  rowItems: readonly (readonly number[])[],
  { rows, length, weights, targetBuckets }: BatchOptions,
): Batch {
  const ids = new Int32Array(rows * length);
  const positions = new Int32Array(rows * length);
  const segments = new Int32Array(rows * length).fill(-1);
  const placed: Placed[] = [];
  const pictures = { shown: [] as StoredPicture[], rows: new Int32Array(rows * length).fill(-1) };
  let features = 0;
  rowItems.forEach((items, row) => {
    let at = row * length;
    items.forEach((item, segment) => {
      const sample = samples[item]!;
      ids.set(sample.ids, at);
      for (let t = 0; t < sample.ids.length; t++) positions[at + t] = t;
      segments.fill(segment, at, at + sample.ids.length);
      if (sample.pictures) {
        const { shown, rows: own } = sample.pictures;
        own.forEach((row, t) => row >= 0 && (pictures.rows[at + t] = row + features));
        for (const one of shown) pictures.shown.push(one);
        features += shown.reduce((sum, one) => sum + one.rows, 0);
      }
      placed.push({ item, sample, at, shifted: shiftTargets(sample, weights) });
      at += sample.ids.length;
    });
  });
  const targets = fillTargets(placed, rows * length, targetBuckets);
  const seen = pictures.shown.length > 0 ? { pictures } : {};
  return { rows, length, ids, positions, segments, targets, ...seen };
}

interface Placed {
  item: number;
  sample: Sample;
  /** Flat index of the sample's first token. */
  at: number;
  shifted: ShiftedTargets;
}

function fillTargets(
  placed: readonly Placed[],
  most: number,
  buckets: readonly number[] | undefined,
): Targets {
  const count = placed.reduce((sum, { shifted }) => sum + shifted.index.length, 0);
  const slots = targetSlots(count, most, buckets);
  const targets: Targets = {
    index: new Int32Array(slots),
    label: new Int32Array(slots),
    kind: new Uint8Array(slots),
    glue: new Uint8Array(slots),
    sample: new Int32Array(slots).fill(-1),
    offset: new Int32Array(slots),
    count,
  };
  let slot = 0;
  for (const { item, sample, at, shifted } of placed) {
    shifted.index.forEach((index, i) => {
      const offset = shifted.offset[i]!;
      targets.index[slot] = at + index;
      targets.label[slot] = sample.ids[offset]!;
      targets.kind[slot] = sample.kinds[offset]!;
      targets.glue[slot] = sample.glue[offset]!;
      targets.sample[slot] = item;
      targets.offset[slot] = offset;
      slot++;
    });
  }
  return targets;
}
