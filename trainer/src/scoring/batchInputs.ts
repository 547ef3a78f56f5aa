import type { Batch } from '../data/types.ts';
import { dropoutRows } from '../engine/ops/dropout.ts';
import type { HostArray } from '../engine/program.ts';

/** Teacher scores of a batch's target slots. */
export interface BatchScores {
  /** `[P, k]`; in a row no token twice. */
  ids: Int32Array;
  /** `[P, k]` */
  logps: Float32Array;
  /** `[P]` */
  tail: Float32Array;
}

/** What a decoder reads of a batch: `ids`, `positions` and `starts`, int32 `[B, T]`. */
export function decoderInputs(batch: Batch): Record<'ids' | 'positions' | 'starts', Int32Array> {
  const { ids, positions, segments, length } = batch;
  const starts = new Int32Array(ids.length);
  for (let at = 0; at < ids.length; at++) {
    const column = at % length;
    // Padding belongs to no record, so each of its tokens sees only itself.
    starts[at] = segments[at] === -1 ? column : column - positions[at]!;
  }
  return { ids, positions, starts };
}

/** A micro-batch with what the loss needs to know of it. */
export interface WeightedBatch {
  batch: Batch;
  /** w(t) / sum over the window, times the loss scale. */
  weights: Float32Array;
  scores: BatchScores | null;
  /** T at each slot; null where it is the same in the whole run. */
  temperatures: Float32Array | null;
  /** A whole number of 32 bits: what dropout drops. */
  dropoutSeed: number;
}

/** Inputs of the training programs for one micro-batch; each program takes those that it has. */
export function trainInputs(
  weighted: WeightedBatch,
  { drops }: { drops: boolean },
): Record<string, HostArray> {
  const { batch, weights, scores, temperatures, dropoutSeed } = weighted;
  const { index, label, kind } = batch.targets;
  const inputs: Record<string, HostArray> = {
    ...decoderInputs(batch),
    index,
    labels: label,
    weights,
    kinds: Int32Array.from(kind),
    ...(drops && { dropoutRows: dropoutRows(dropoutSeed, batch.ids.length) }),
  };
  if (temperatures !== null) inputs['temperature'] = temperatures;
  if (scores === null) return inputs;
  const { ids, logps, tail } = scores;
  return { ...inputs, teacherIds: ids, teacherLogp: logps, teacherTail: tail };
}
