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
  /** `[P]`: 0 where the teacher says nothing and only the label counts; null: it says something of all. */
  known: Float32Array | null;
}

/** Samples packed into rows of `length` tokens. */
export type PackedTokens = Pick<Batch, 'length' | 'ids' | 'positions' | 'segments'>;

/** What a decoder reads of a batch: `ids`, `positions` and `starts`, int32 `[B, T]`. */
export function decoderInputs(
  batch: PackedTokens,
): Record<'ids' | 'positions' | 'starts', Int32Array> {
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
  /** How many tokens of the whole micro-batch come before these, where ranks share it. Default: 0. */
  dropoutFrom?: number;
  /** Which of the run's objectives it is for; left out: that of recorded data. */
  objective?: Objective;
}

/** What recorded tokens are learnt by, and what the student's own are. */
export type Objective = 'recorded' | 'rollout';

/** Inputs of the training programs for one micro-batch; each program takes those that it has. */
export function trainInputs(
  weighted: WeightedBatch,
  { drops }: { drops: boolean },
): Record<string, HostArray> {
  const { batch, weights, scores, temperatures, dropoutSeed, dropoutFrom = 0 } = weighted;
  const { index, label, kind } = batch.targets;
  const inputs: Record<string, HostArray> = {
    ...decoderInputs(batch),
    index,
    labels: label,
    weights,
    kinds: Int32Array.from(kind),
    ...(drops && { dropoutRows: dropoutRows(dropoutSeed, batch.ids.length, dropoutFrom) }),
  };
  if (temperatures !== null) inputs['temperature'] = temperatures;
  if (scores === null) return inputs;
  const { ids, logps, tail, known } = scores;
  if (known !== null) inputs['teacherKnown'] = known;
  return { ...inputs, teacherIds: ids, teacherLogp: logps, teacherTail: tail };
}
