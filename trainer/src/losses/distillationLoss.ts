import * as tf from '@tensorflow/tfjs-core';
import { customGrad, type Tensor } from '@tensorflow/tfjs-core';
import { chunkLoss } from './chunkLoss.ts';
import type { Divergence } from './divergence.ts';

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
] as const;
export type LossColumn = (typeof LOSS_COLUMNS)[number];

/** The teacher's scores of N positions, softened at the run's temperature. */
export interface TeacherScores {
  /** Top k tokens by falling probability, int32 `[N, K]`, no token twice. */
  idsNK: Tensor;
  /** Their log-probabilities, float32 `[N, K]`, at least -1e4. */
  logpNK: Tensor;
  /** Log of the mass outside the top k, float32 `[N]`; null where k is the whole vocabulary. */
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
}

export interface LossOptions {
  /** Share of the divergence: L_t = (1 - kd) CE + kd T^power D. */
  kd: number;
  temperature: number;
  divergence: Divergence;
  /** Whether the head's gradient is wanted. */
  trainHead: boolean;
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
 * @returns float32 `[N, LOSS_COLUMNS]`; entropies in nats over the cells, `correct` and `agreement` 0 or 1
 */
export function distillationLoss(inputs: LossInputs, options: LossOptions): Tensor {
  checkShapes(inputs);
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
  let dHead: Tensor | null = null;
  for (let start = 0; start < count; start += options.chunk) {
    const part = chunkLoss(
      slicePositions(inputs, start, Math.min(options.chunk, count - start)),
      options,
    );
    columns.push(part.columns);
    dHidden.push(part.dHidden);
    if (part.dHead !== null) dHead = dHead === null ? part.dHead : tf.add(dHead, part.dHead);
  }
  return {
    columns: tf.concat(columns, 0),
    dHidden: tf.concat(dHidden, 0),
    dHead: dHead ?? tf.zerosLike(inputs.headVD),
  };
}

function slicePositions(inputs: LossInputs, start: number, size: number): LossInputs {
  const rows = (tensor: Tensor): Tensor =>
    tf.slice(
      tensor,
      [start, ...tensor.shape.slice(1).map(() => 0)],
      [size, ...tensor.shape.slice(1)],
    );
  const { teacher } = inputs;
  return {
    headVD: inputs.headVD,
    hiddenND: rows(inputs.hiddenND),
    labelsN: rows(inputs.labelsN),
    weightsN: rows(inputs.weightsN),
    teacher: teacher && {
      idsNK: rows(teacher.idsNK),
      logpNK: rows(teacher.logpNK),
      tailLogpN: teacher.tailLogpN && rows(teacher.tailLogpN),
    },
  };
}

function checkShapes({ hiddenND, headVD, labelsN, weightsN, teacher }: LossInputs): void {
  const [count, width] = hiddenND.shape;
  const fits =
    headVD.shape[1] === width &&
    labelsN.shape.join() === String(count) &&
    weightsN.shape.join() === String(count) &&
    (teacher === null ||
      (teacher.idsNK.shape[0] === count &&
        teacher.idsNK.shape.join() === teacher.logpNK.shape.join() &&
        (teacher.tailLogpN === null || teacher.tailLogpN.shape.join() === String(count))));
  if (fits) return;
  const shapes = [
    hiddenND,
    headVD,
    labelsN,
    weightsN,
    teacher?.idsNK,
    teacher?.logpNK,
    teacher?.tailLogpN,
  ];
  const listed = shapes.map((tensor) => (tensor ? `[${tensor.shape.join()}]` : '-')).join(' ');
  throw new Error(`distillationLoss: shapes do not fit: ${listed}`);
}

/** Chunk size for which one chunk of logits takes about this many bytes. */
export function chunkFor(vocabSize: number, positions: number, bytes = 64 << 20): number {
  const fitting = Math.floor(bytes / (4 * vocabSize) / 16) * 16;
  return Math.min(Math.max(16, fitting), positions);
}
