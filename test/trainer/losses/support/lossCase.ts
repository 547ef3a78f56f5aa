import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Executor, HostArray, HostTensor } from '../../../../trainer/src/engine/program.ts';
import {
  distillationLoss,
  LOSS_COLUMNS,
  type LossColumn,
} from '../../../../trainer/src/losses/distillationLoss.ts';
import type { LossOptions } from '../../../../trainer/src/losses/lossOptions.ts';
import { random, randomTensor, runOnce, tensorOf } from '../../../support/executors.ts';
import { softmax } from '../../../support/plainDecoder.ts';
import type { PlainTeacher } from './oracle.ts';

/** A batch of positions on the host, with what the kernel and the oracle are given. */
export interface LossCase {
  positions: number;
  width: number;
  vocabSize: number;
  hidden: HostTensor;
  head: HostTensor;
  labels: number[];
  weights: number[];
  teachers: PlainTeacher[] | null;
}

export interface CaseSize {
  positions?: number;
  vocabSize?: number;
  /** Cells without the tail; null: hard labels. */
  k?: number | null;
  /** How far logits spread. */
  spread?: number;
}

export function lossCase(
  seed: number,
  { positions = 5, vocabSize = 9, k = 3, spread = 2 }: CaseSize = {},
): LossCase {
  const next = random(seed);
  const width = 4;
  const pick = (below: number): number => Math.floor(next() * below);
  const hidden = randomTensor([positions, width], next, -spread, spread);
  const head = randomTensor([vocabSize, width], next, -1, 1);
  const each = <T>(make: () => T): T[] => Array.from({ length: positions }, make);
  return {
    positions,
    width,
    vocabSize,
    hidden,
    head,
    labels: each(() => pick(vocabSize)),
    weights: each(() => (next() < 0.2 ? 0 : 0.1 + next())),
    teachers:
      k === null
        ? null
        : each(() =>
            topOf(
              Array.from({ length: vocabSize }, () => spread * (2 * next() - 1)),
              k,
            ),
          ),
  };
}

/** The top k of softmax(logits), and the rest as the tail; no tail where k is the whole vocabulary. */
export function topOf(logits: number[], k: number): PlainTeacher {
  const p = softmax(logits);
  const ids = logits.map((_, id) => id).sort((a, b) => p[b]! - p[a]! || a - b);
  const kept = ids.slice(0, k);
  const rest = ids.slice(k).reduce((sum, id) => sum + p[id]!, 0);
  return {
    ids: kept,
    logp: kept.map((id) => Math.fround(Math.log(p[id]!))),
    tailLogp: k === logits.length ? null : Math.fround(Math.log(rest)),
  };
}

/** The logits of a position as the oracle takes them, from hidden states and head in f64. */
export function plainLogits(
  hidden: ArrayLike<number>,
  head: ArrayLike<number>,
  { width, vocabSize }: LossCase,
  position: number,
): number[] {
  return Array.from({ length: vocabSize }, (_, id) => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += hidden[position * width + i]! * head[id * width + i]!;
    return sum;
  });
}

export interface LossResult {
  columns: HostArray;
  dHidden: HostArray;
  dHead: HostArray;
}

export function lossTensors(given: LossCase): Record<string, HostTensor> {
  const { positions, teachers } = given;
  const tensors: Record<string, HostTensor> = {
    hidden: given.hidden,
    head: given.head,
    labels: tensorOf([positions], given.labels, 'int32'),
    weights: tensorOf([positions], given.weights),
  };
  if (teachers === null) return tensors;
  const k = teachers[0]!.logp.length;
  if (teachers[0]!.ids !== null) {
    tensors['ids'] = tensorOf(
      [positions, k],
      teachers.flatMap(({ ids }) => ids!),
      'int32',
    );
  }
  tensors['logp'] = tensorOf(
    [positions, k],
    teachers.flatMap(({ logp }) => logp),
  );
  if (teachers[0]!.tailLogp !== null) {
    tensors['tail'] = tensorOf(
      [positions],
      teachers.map(({ tailLogp }) => tailLogp!),
    );
  }
  return tensors;
}

export type KernelOptions = Pick<LossOptions, 'kd' | 'temperature' | 'divergence'> &
  Partial<LossOptions>;

/** The kernel's tensors from the case's. */
export function callLoss(tensors: Record<string, Tensor>, options: KernelOptions): Tensor {
  const { hidden, head, labels, weights, ids, logp, tail, kinds, known, temperature } = tensors;
  return distillationLoss(
    {
      hiddenND: hidden!,
      headVD: head!,
      labelsN: labels!,
      weightsN: weights!,
      teacher:
        logp === undefined ? null : { idsNK: ids ?? null, logpNK: logp, tailLogpN: tail ?? null },
      kindsN: kinds ?? null,
      knownN: known ?? null,
      temperatureN: temperature ?? null,
    },
    { trainHead: true, precision: 'fp32', chunk: 2, ...options },
  );
}

/** Columns and gradients of the objective on an executor. */
export async function runLoss(
  executor: Executor,
  given: LossCase,
  options: KernelOptions,
  extra: Record<string, HostTensor> = {},
): Promise<LossResult> {
  const inputs = { ...lossTensors(given), ...extra };
  const result = await runOnce(executor, inputs, (tensors) => {
    const objective = (hidden: Tensor, head: Tensor): tf.Scalar =>
      tf.sum(tf.slice(callLoss({ ...tensors, hidden, head }, options), [0, 0], [-1, 1]));
    const { grads } = tf.valueAndGrads(objective)([tensors['hidden']!, tensors['head']!]);
    return { columns: callLoss(tensors, options), dHidden: grads[0]!, dHead: grads[1]! };
  });
  return result as unknown as LossResult;
}

/** One column of the result, a number a position. */
export function columnOf({ columns }: Pick<LossResult, 'columns'>, name: LossColumn): number[] {
  const width = LOSS_COLUMNS.length;
  return Array.from(
    { length: columns.length / width },
    (_, row) => columns[row * width + LOSS_COLUMNS.indexOf(name)]!,
  );
}

/** Positions whose logits are given: the head is the identity, so dHidden is the gradient of the logits. */
export function logitCase(
  logits: readonly number[][],
  teachers: PlainTeacher[],
  weights = logits.map(() => 1),
): LossCase {
  const vocabSize = logits[0]!.length;
  return {
    positions: logits.length,
    width: vocabSize,
    vocabSize,
    hidden: tensorOf([logits.length, vocabSize], logits.flat()),
    head: tensorOf(
      [vocabSize, vocabSize],
      Array.from({ length: vocabSize ** 2 }, (_, i) => (i % (vocabSize + 1) === 0 ? 1 : 0)),
    ),
    labels: logits.map(() => 0),
    weights,
    teachers,
  };
}
