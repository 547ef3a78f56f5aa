import * as tf from '@tensorflow/tfjs-core';
import { customGrad, type Tensor } from '@tensorflow/tfjs-core';
import { rowsAfter } from '../engine/ops/rowsAfter.ts';
import { chunkLoss, type ChunkResult } from './chunkLoss.ts';
import { divergenceParts } from './divergence.ts';
import type { LossInputs, LossOptions } from './lossOptions.ts';

/** What the kernel says of each position, one column each. */
export const LOSS_COLUMNS = [
  'objective',
  'crossEntropy',
  'divergence',
  'correct',
  'agreement',
  'studentEntropy',
  'teacherEntropy',
  'teacherMass',
  'loss',
] as const;
export type LossColumn = (typeof LOSS_COLUMNS)[number];

/**
 * Output head and loss of Structured Agent Distillation (arXiv 2505.13820, eq. 6) in one operator, chunk
 * by chunk over positions, so that `[N, V]` never exists whole; the gradients of the hidden states and
 * the head come with the forward pass. The objective is sum over positions of w(t) L_t.
 *
 * Only the sum of the column `objective` is differentiable, with an upstream gradient of 1; the other
 * columns are for metrics. Positions of weight 0 give 0 and no gradient.
 *
 * @returns float32 `[N, LOSS_COLUMNS]`: the objective is w L, the loss L; entropies in nats over the
 *   cells; `correct` and `agreement` 0 or 1, agreement 0 where the teacher's tokens are not known
 */
export function distillationLoss(inputs: LossInputs, options: LossOptions): Tensor {
  checkShapes(inputs);
  checkFit(inputs, options);
  const loss = customGrad((hidden, head, save) => {
    const args = { ...inputs, hiddenND: hidden as Tensor, headVD: head as Tensor };
    const { columns, dHidden, dHead } = inChunks(args, options);
    (save as (tensors: Tensor[]) => void)([dHidden, dHead]);
    // Copies: tfjs disposes what was saved once the backward pass is over.
    return { value: columns, gradFunc: (_, saved) => saved.map((tensor) => tf.clone(tensor)) };
  });
  return loss(inputs.hiddenND, inputs.headVD);
}

interface ChunkedResult {
  columns: Tensor;
  dHidden: Tensor;
  dHead: Tensor;
}

function inChunks(inputs: LossInputs, options: LossOptions): ChunkedResult {
  const count = inputs.hiddenND.shape[0];
  const columns: Tensor[] = [];
  const dHidden: Tensor[] = [];
  let last: ChunkResult | null = null;
  for (let start = 0; start < count; start += options.chunk) {
    const size = Math.min(options.chunk, count - start);
    const rows = slicePositions(inputs, start, size);
    if (size < count) {
      const before = last === null ? roomForSmall(inputs.hiddenND) : endOf(last);
      rows.hiddenND = rowsAfter(inputs.hiddenND, before, { start, size });
    }
    last = chunkLoss(rows, options, last?.dHeadDV ?? null);
    columns.push(last.columns);
    dHidden.push(last.dHidden);
  }
  return {
    columns: tf.concat(columns, 0),
    dHidden: tf.concat(dHidden, 0),
    dHead: last?.dHeadDV ? tf.transpose(last.dHeadDV) : tf.zerosLike(inputs.headVD),
  };
}

/**
 * Some megabytes that are taken and freed before the logits are made. ONNX Runtime's arena grows by powers
 * of two: without a place for small tensors it would add a region as large as the logits' for them, and
 * put the next chunk's logits there.
 */
function roomForSmall(hiddenND: Tensor): Tensor {
  return tf.tile(tf.slice(hiddenND, [0, 0], [1, 1]), [1 << 10, 1 << 11]);
}

/** A number, `[1, 1]`, that is there once all results of a chunk are, and `[N, V]` is not wanted any more. */
function endOf({ columns, dHidden, dHeadDV }: ChunkResult): Tensor {
  const results = dHeadDV === null ? [columns, dHidden] : [columns, dHidden, dHeadDV];
  return tf.addN(results.map((tensor) => tf.slice(tensor, [0, 0], [1, 1])));
}

function slicePositions(inputs: LossInputs, start: number, size: number): LossInputs {
  const rows = (tensor: Tensor): Tensor =>
    tf.slice(
      tensor,
      [start, ...tensor.shape.slice(1).map(() => 0)],
      [size, ...tensor.shape.slice(1)],
    );
  const { teacher, kindsN, knownN, temperatureN } = inputs;
  return {
    headVD: inputs.headVD,
    kindsN: kindsN ? rows(kindsN) : null,
    knownN: knownN ? rows(knownN) : null,
    temperatureN: temperatureN ? rows(temperatureN) : null,
    hiddenND: rows(inputs.hiddenND),
    labelsN: rows(inputs.labelsN),
    weightsN: rows(inputs.weightsN),
    teacher: teacher && {
      idsNK: teacher.idsNK && rows(teacher.idsNK),
      logpNK: rows(teacher.logpNK),
      tailLogpN: teacher.tailLogpN && rows(teacher.tailLogpN),
    },
  };
}

function checkShapes(inputs: LossInputs): void {
  const { hiddenND, headVD, labelsN, weightsN, teacher, kindsN, knownN, temperatureN } = inputs;
  const [count, width] = hiddenND.shape as [number, number];
  const perPosition = [labelsN, weightsN, teacher?.tailLogpN, kindsN, knownN, temperatureN];
  const perCell = [teacher?.idsNK, teacher?.logpNK];
  const k = teacher?.logpNK.shape[1] ?? 0;
  const fits =
    headVD.shape[1] === width &&
    perPosition.every((tensor) => !tensor || tensor.shape.join() === String(count)) &&
    perCell.every((x) => !x || x.shape.join() === `${count},${k}`);
  if (fits) return;
  const shapes = [hiddenND, headVD, ...perPosition, ...perCell];
  const listed = shapes.map((tensor) => (tensor ? `[${tensor.shape.join()}]` : '-')).join(' ');
  throw new Error(`distillationLoss: shapes do not fit: ${listed}`);
}

function checkFit({ teacher, kindsN }: LossInputs, { divergence }: LossOptions): void {
  if (teacher === null) return;
  const parts = divergenceParts(divergence);
  for (const { divergence: part, codes } of parts) {
    if (codes !== null && !kindsN) {
      throw new Error('distillationLoss: a divergence per kind wants the kinds');
    }
    if ((part.cells === 'ranks') !== (teacher.idsNK === null)) {
      const has = teacher.idsNK === null ? 'has no' : 'has';
      throw new Error(
        `distillationLoss: ${part.name} does not fit a teacher that ${has} token ids`,
      );
    }
  }
}

/**
 * Positions per chunk of logits, for which a chunk takes about this many bytes; one such buffer is alive
 * at a time, two with hard labels, in half precision or at a temperature. Smaller chunks take less memory
 * and more time: a multiplication with few rows spends much of it on arranging the head.
 */
export function chunkFor(vocabSize: number, positions: number, bytes = 76 << 20): number {
  const fitting = Math.max(16, Math.floor(bytes / (4 * vocabSize)));
  return Math.ceil(positions / Math.ceil(positions / fitting));
}
