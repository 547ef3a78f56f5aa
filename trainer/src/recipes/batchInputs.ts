import type { Batch } from '../data/types.ts';
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

/** Inputs of the training programs for one micro-batch. */
export function trainInputs(
  batch: Batch,
  weights: Float32Array,
  scores: BatchScores | null,
): Record<string, HostArray> {
  const { index, label } = batch.targets;
  const inputs = { ...decoderInputs(batch), index, labels: label, weights };
  if (scores === null) return inputs;
  const { ids, logps, tail } = scores;
  return { ...inputs, teacherIds: ids, teacherLogp: logps, teacherTail: tail };
}
