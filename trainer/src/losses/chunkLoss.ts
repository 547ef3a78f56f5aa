import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { addTransposedMatMul } from '../engine/ops/addMatMul.ts';
import { putAlongRow, takeAlongRow } from '../engine/ops/alongAxis.ts';
import { type Cells, LOGP_FLOOR } from './divergence.ts';
import type { LossInputs, LossOptions, TeacherScores } from './distillationLoss.ts';
import { evaluateParts } from './evaluateParts.ts';
import { soften } from './temperature.ts';

export interface ChunkResult {
  columns: Tensor;
  dHidden: Tensor;
  dHead: Tensor | null;
}

/** Stands for the logit of a token that is taken out of a softmax. */
const LEFT_OUT = -1e30;

/**
 * Loss and gradients of one chunk of positions; the only place where `[N, V]` exists. `dHeadVD` is the
 * head's gradient of the chunks before, to which this chunk's is added.
 */
export function chunkLoss(
  inputs: LossInputs,
  options: LossOptions,
  dHeadVD: Tensor | null,
): ChunkResult {
  const { hiddenND, headVD, labelsN } = inputs;
  const logitsNV = tf.matMul(hiddenND, headVD, false, true);
  const labelsN1 = column(labelsN);
  const labelLogitN1 = takeAlongRow(logitsNV, labelsN1);
  const position = { ...inputs, logitsNV, labelsN1, labelLogitN1 };
  const { columns, dLogitsNV } =
    inputs.teacher === null
      ? hardLabels(position)
      : withTeacher({ ...position, teacher: overTokens(inputs.teacher, logitsNV) }, options);
  // Weights go on what is D wide, not on the logits.
  const weightN1 = column(inputs.weightsN);
  return {
    columns,
    dHidden: tf.mul(tf.matMul(dLogitsNV, headVD), weightN1),
    dHead: options.trainHead ? addTo(dHeadVD, dLogitsNV, tf.mul(hiddenND, weightN1)) : null,
  };
}

function addTo(sum: Tensor | null, dLogitsNV: Tensor, hiddenND: Tensor): Tensor {
  if (sum === null) return tf.matMul(dLogitsNV, hiddenND, true, false);
  return addTransposedMatMul(sum, dLogitsNV, hiddenND);
}

interface Position extends LossInputs {
  logitsNV: Tensor;
  labelsN1: Tensor;
  labelLogitN1: Tensor;
}

interface PositionResult {
  columns: Tensor;
  /** Of L_t itself, without its weight. */
  dLogitsNV: Tensor;
}

/** Cross-entropy on the observed token: dL/dz = q - onehot(y). */
function hardLabels({ logitsNV, labelsN1, labelLogitN1, weightsN }: Position): PositionResult {
  const weight = column(weightsN);
  const { softmaxNV, maxN1, logSumN1 } = softmaxAndSum(logitsNV);
  const crossEntropy = tf.sub(logSumN1, labelLogitN1);
  const none = tf.zerosLike(crossEntropy);
  const entropy = tf.sub(logSumN1, rowDot(softmaxNV, logitsNV));
  return {
    columns: tf.concat(
      [
        tf.mul(weight, crossEntropy),
        crossEntropy,
        none,
        isTop(labelLogitN1, maxN1),
        none,
        entropy,
        none,
        none,
        crossEntropy,
      ],
      1,
    ),
    dLogitsNV: putAlongRow(softmaxNV, labelsN1, tf.fill(labelsN1.shape, -1), 'add'),
  };
}

/**
 * The student over the teacher's cells. `tailShareNV` is each tail token's share of the tail, 0 for
 * tokens of the top k, so the tail's mass is never the difference of nearly equal numbers.
 */
interface StudentCells {
  logQ: Tensor;
  /** Null where the cells are the whole vocabulary. */
  tailShareNV: Tensor | null;
  maxN1: Tensor;
  /** log sum exp of all logits at this temperature. */
  logSumN1: Tensor;
  /** The logits of the teacher's tokens. */
  topNK: Tensor;
}

function studentCells(
  { logitsNV, labelLogitN1 }: Pick<Position, 'logitsNV' | 'labelLogitN1'>,
  { idsNK, tailLogpN }: TokenScores,
): StudentCells {
  const topNK = takeAlongRow(logitsNV, idsNK);
  const topMax = tf.max(topNK, -1, true);
  if (tailLogpN === null) {
    const logQ = tf.logSoftmax(topNK);
    return { logQ, tailShareNV: null, maxN1: topMax, logSumN1: logSumOf(topNK, logQ), topNK };
  }
  // Made from what is taken of the logits, so that they are read before and can be overwritten here.
  const leftOutNK = tf.add(tf.mul(tf.add(topNK, labelLogitN1), 0), LEFT_OUT);
  const tailNV = putAlongRow(logitsNV, idsNK, leftOutNK);
  const tail = softmaxAndSum(tailNV);
  const cells = tf.concat([topNK, tail.logSumN1], -1);
  const logQ = tf.logSoftmax(cells);
  return {
    logQ,
    tailShareNV: tail.softmaxNV,
    maxN1: tf.maximum(topMax, tail.maxN1),
    logSumN1: logSumOf(cells, logQ),
    topNK,
  };
}

function withTeacher(
  position: Position & { teacher: TokenScores },
  options: LossOptions,
): PositionResult {
  const { weightsN, labelsN1 } = position;
  const { kd } = options;
  const temperature = temperatureOf(position, options);
  const { logitsNV, labelLogitN1, teacher } =
    temperature === 1 ? position : softened(position, temperature);
  const student = studentCells({ logitsNV, labelLogitN1 }, teacher);
  const cells = bothOverCells(teacher, student.logQ);
  const { value, scaled, flux } = evaluateParts(cells, options, {
    temperature,
    kindsN: position.kindsN ?? null,
  });
  const weight = column(weightsN);
  const pull = tf.mul(tf.sub(flux, tf.mul(cells.q, tf.sum(flux, -1, true))), kd);
  // At T = 1 both parts of the loss share one softmax; otherwise cross-entropy needs its own.
  const shared = temperature === 1 ? tf.add(pull, tf.mul(cells.q, 1 - kd)) : pull;
  const spread = spreadOverTokens(shared, student, teacher);
  const hard = temperature === 1 ? null : hardLabels(position);
  const crossEntropy =
    hard === null
      ? tf.sub(student.logSumN1, labelLogitN1)
      : tf.slice(hard.columns, [0, 1], [-1, 1]);
  const dLogitsNV =
    hard === null
      ? putAlongRow(spread, labelsN1, tf.fill(labelsN1.shape, kd - 1), 'add')
      : tf.add(spread, tf.mul(hard.dLogitsNV, 1 - kd));
  const loss = tf.add(tf.mul(crossEntropy, 1 - kd), tf.mul(scaled, kd));
  const columns = [
    tf.mul(weight, loss),
    crossEntropy,
    value,
    isTop(labelLogitN1, student.maxN1),
    agreement(student, teacher),
    entropyOf(cells.q, cells.logQ),
    entropyOf(cells.p, cells.logP),
    tf.sum(tf.exp(teacher.logpNK), -1, true),
    loss,
  ];
  return { columns: tf.concat(columns, 1), dLogitsNV };
}

/** Teacher scores whose cells are tokens of the student. */
interface TokenScores extends TeacherScores {
  idsNK: Tensor;
  /** The tokens are the student's own, since the teacher's mean nothing to it. */
  byRank: boolean;
}

/** Ranks become tokens: rank r of a teacher with other tokens is compared with the student's r-th token. */
function overTokens(teacher: TeacherScores, logitsNV: Tensor): TokenScores {
  if (teacher.idsNK !== null) return { ...teacher, idsNK: teacher.idsNK, byRank: false };
  const { indices } = tf.topk(logitsNV, teacher.logpNK.shape[1]);
  return { ...teacher, idsNK: indices, byRank: true };
}

/** A number where T is the same everywhere, else float32 `[N, 1]`. */
function temperatureOf(
  { temperatureN }: LossInputs,
  { temperature }: LossOptions,
): number | Tensor {
  return temperatureN ? column(temperatureN) : temperature;
}

function softened(
  { logitsNV, labelLogitN1, teacher }: Position & { teacher: TokenScores },
  temperature: number | Tensor,
): Pick<Position, 'logitsNV' | 'labelLogitN1'> & { teacher: TokenScores } {
  const isGiven = typeof temperature === 'number';
  const vocabSize = logitsNV.shape[1]!;
  return {
    logitsNV: tf.div(logitsNV, temperature),
    labelLogitN1: tf.div(labelLogitN1, temperature),
    teacher: isGiven ? teacher : { ...teacher, ...soften(teacher, temperature, vocabSize) },
  };
}

function bothOverCells({ logpNK, tailLogpN }: TeacherScores, logQ: Tensor): Cells {
  const given = tailLogpN === null ? logpNK : tf.concat([logpNK, column(tailLogpN)], -1);
  const logP = tf.maximum(given, LOGP_FLOOR);
  return { logP, p: tf.exp(logP), logQ, q: tf.exp(logQ), hasTail: tailLogpN !== null };
}

/** 1 where the teacher's top token is the student's. */
function agreement({ topNK, maxN1 }: StudentCells, { byRank }: TokenScores): Tensor {
  if (byRank) return tf.zerosLike(maxN1);
  return isTop(tf.slice(topNK, [0, 0], [-1, 1]), maxN1);
}

/** A gradient per cell as a gradient per token: the tail's is shared out among its tokens. */
function spreadOverTokens(
  cellsNC: Tensor,
  { tailShareNV }: StudentCells,
  { idsNK }: TokenScores,
): Tensor {
  const [rows, k] = idsNK.shape as [number, number];
  if (tailShareNV === null) {
    return putAlongRow(tf.zeros([rows, k]), idsNK, cellsNC);
  }
  const tail = tf.mul(tailShareNV, tf.slice(cellsNC, [0, k], [-1, 1]));
  return putAlongRow(tail, idsNK, tf.slice(cellsNC, [0, 0], [-1, k]));
}

function softmaxAndSum(logitsNV: Tensor): { softmaxNV: Tensor; maxN1: Tensor; logSumN1: Tensor } {
  const softmaxNV = tf.softmax(logitsNV);
  const maxN1 = tf.max(logitsNV, -1, true);
  // The largest probability is exp(max - log sum), so log sum = max - log of it.
  const logSumN1 = tf.sub(maxN1, tf.log(tf.max(softmaxNV, -1, true)));
  return { softmaxNV, maxN1, logSumN1 };
}

function logSumOf(valuesNC: Tensor, logSoftmaxNC: Tensor): Tensor {
  const first = (tensor: Tensor): Tensor => tf.slice(tensor, [0, 0], [-1, 1]);
  return tf.sub(first(valuesNC), first(logSoftmaxNC));
}

/** The dot product of each pair of rows, without their product in memory; `[N, 1]`. */
function rowDot(aNV: Tensor, bNV: Tensor): Tensor {
  const [rows, size] = aNV.shape as [number, number];
  const lift = (x: Tensor): Tensor => tf.reshape(x, [rows, 1, size]);
  return tf.reshape(tf.matMul(lift(aNV), lift(bNV), false, true), [rows, 1]);
}

function entropyOf(p: Tensor, logP: Tensor): Tensor {
  return tf.neg(tf.sum(tf.mul(p, logP), -1, true));
}

function isTop(logitN1: Tensor, maxN1: Tensor): Tensor {
  return tf.cast(tf.greaterEqual(logitN1, maxN1), 'float32');
}

function column(tensorN: Tensor): Tensor {
  return tf.reshape(tensorN, [tensorN.shape[0], 1]);
}
