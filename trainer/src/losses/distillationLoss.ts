import * as tf from '@tensorflow/tfjs-core';
import { customGrad, type Tensor } from '@tensorflow/tfjs-core';
import type { Precision } from '../engine/program.ts';
import { rowsAfter } from '../engine/ops/rowsAfter.ts';
import { chunkLoss, type ChunkResult } from './chunkLoss.ts';
import { type DivergenceChoice, divergenceParts } from './divergence.ts';

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

/** The teacher's scores of N positions. */
export interface TeacherScores {
  /**
   * Top k tokens by falling probability, ties by id, int32 `[N, K]`, no token twice. Null for a teacher
   * with another tokenizer, whose cells are compared by rank; K is then not above V.
   */
  idsNK: Tensor | null;
  /** Their log-probabilities, float32 `[N, K]`; -1e4 and less means probability 0. */
  logpNK: Tensor;
  /** Log of the mass outside the top k, float32 `[N]`; null where k is the student's whole vocabulary. */
  tailLogpN: Tensor | null;
}

export interface LossInputs {
  /** Last hidden states at the supervised positions, float32 `[N, D]`. */
  hiddenND: Tensor;
  /** The output head, float32 `[V, D]`. */
  headVD: Tensor;
  /** The token that follows each position, int32 `[N]`. */
  labelsN: Tensor;
  /** w(t) / sum w over the accumulation window, times the loss scale; float32 `[N]`, 0 for padding. */
  weightsN: Tensor;
  /** Null: hard labels only. */
  teacher: TeacherScores | null;
  /** `KIND` codes of the labels, int32 `[N]`; wanted where kinds have different divergences. */
  kindsN?: Tensor | null;
  /** T at each position, float32 `[N]`; the teacher's scores are then those at 1 and are softened here. */
  temperatureN?: Tensor | null;
}

export interface LossOptions {
  /** Share of the divergence: L_t = (1 - kd) CE + kd T^power D. */
  kd: number;
  /** T where it is the same everywhere; the teacher's scores are then softened already. */
  temperature: number;
  divergence: DivergenceChoice;
  /** Whether the head's gradient is wanted. */
  trainHead: boolean;
  /** What the multiplications compute in; in fp32 large factors can be kept out of them. */
  precision: Precision;
  /** Positions per chunk; the logits of one chunk are all that exist at a time. */
  chunk: number;
}

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
  const { teacher, kindsN, temperatureN } = inputs;
  return {
    headVD: inputs.headVD,
    kindsN: kindsN ? rows(kindsN) : null,
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
  const { hiddenND, headVD, labelsN, weightsN, teacher, kindsN, temperatureN } = inputs;
  const [count, width] = hiddenND.shape as [number, number];
  const perPosition = [labelsN, weightsN, teacher?.tailLogpN, kindsN, temperatureN];
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
