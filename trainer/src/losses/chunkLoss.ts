import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { addTransposedMatMul } from '../engine/ops/addMatMul.ts';
import { putAlongRow, takeAlongRow } from '../engine/ops/alongAxis.ts';
import { type Cells, LOGP_FLOOR } from './divergence.ts';
import type { LossInputs, LossOptions, TeacherScores } from './lossOptions.ts';
import { evaluateParts } from './evaluateParts.ts';
import { addLabel, type LogitGradient, spreadOverTokens } from './logitGradient.ts';
import { soften } from './temperature.ts';

export interface ChunkResult {
  columns: Tensor;
  dHidden: Tensor;
  /** Transposed: that way round only the small factor of its product has to be. */
  dHeadDV: Tensor | null;
}

/** Stands for the logit of a token that is taken out of a softmax. */
const LEFT_OUT = -1e30;

/**
 * Loss and gradients of one chunk of positions; the only place where `[N, V]` exists. `dHeadDV` is the
 * head's gradient of the chunks before, to which this chunk's is added.
 */
export function chunkLoss(
  inputs: LossInputs,
  options: LossOptions,
  dHeadDV: Tensor | null,
): ChunkResult {
  const { hiddenND, headVD, labelsN } = inputs;
  const logitsNV = tf.matMul(hiddenND, headVD, false, true);
  const labelsN1 = column(labelsN);
  const labelLogitN1 = takeAlongRow(logitsNV, labelsN1);
  const position = { ...inputs, logitsNV, labelsN1, labelLogitN1 };
  const { columns, dLogits } =
    inputs.teacher === null
      ? hardLabels(position)
      : withTeacher({ ...position, teacher: overTokens(inputs.teacher, logitsNV) }, options);
  const { rowsNV, factorN1 } = dLogits;
  // Weights and factors go on what is D wide, not on the logits.
  const weightN1 = column(inputs.weightsN);
  const rowWeightN1 = factorN1 === null ? weightN1 : tf.mul(weightN1, factorN1);
  return {
    columns,
    dHidden: tf.mul(tf.matMul(rowsNV, headVD), rowWeightN1),
    dHeadDV: options.trainHead ? addTo(dHeadDV, tf.mul(hiddenND, rowWeightN1), rowsNV) : null,
  };
}

function addTo(sumDV: Tensor | null, hiddenND: Tensor, rowsNV: Tensor): Tensor {
  if (sumDV === null) return tf.matMul(hiddenND, rowsNV, true, false);
  return addTransposedMatMul(sumDV, hiddenND, rowsNV);
}

interface Position extends LossInputs {
  logitsNV: Tensor;
  labelsN1: Tensor;
  labelLogitN1: Tensor;
}

interface PositionResult {
  columns: Tensor;
  /** Of L_t itself, without its weight. */
  dLogits: LogitGradient;
}

/** Cross-entropy on the observed token: dL/dz = q - onehot(y). */
function hardLabels({ logitsNV, labelsN1, labelLogitN1, weightsN }: Position): PositionResult {
  const weight = column(weightsN);
  const maxN1 = tf.max(logitsNV, -1, true);
  const softmaxNV = tf.softmax(logitsNV);
  const logSumN1 = logSumFrom(softmaxNV, maxN1);
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
    dLogits: {
      rowsNV: putAlongRow(softmaxNV, labelsN1, tf.fill(labelsN1.shape, -1), 'add'),
      factorN1: null,
    },
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
  const tailNV = leaveOut(logitsNV, idsNK, tf.add(topNK, labelLogitN1));
  const tailMaxN1 = tf.max(tailNV, -1, true);
  const tailShareNV = tf.softmax(leaveOut(tailNV, idsNK, tf.add(topNK, tailMaxN1)));
  const cells = tf.concat([topNK, logSumFrom(tailShareNV, tailMaxN1)], -1);
  const logQ = tf.logSoftmax(cells);
  return {
    logQ,
    tailShareNV,
    maxN1: tf.maximum(topMax, tailMaxN1),
    logSumN1: logSumOf(cells, logQ),
    topNK,
  };
}

function withTeacher(
  position: Position & { teacher: TokenScores },
  options: LossOptions,
): PositionResult {
  const { weightsN, labelsN1 } = position;
  const { kd, rest } = shares(position, options);
  const temperature = temperatureOf(position, options);
  // At T = 1 both parts of the loss share one softmax; otherwise cross-entropy needs its own.
  const isShared = temperature === 1;
  const { logitsNV, labelLogitN1, teacher } = isShared ? position : softened(position, temperature);
  const student = studentCells({ logitsNV, labelLogitN1 }, teacher);
  const cells = bothOverCells(teacher, student.logQ);
  const { value, scaled, flux } = evaluateParts(cells, options, {
    temperature,
    kindsN: position.kindsN ?? null,
  });
  const weight = column(weightsN);
  const pull = tf.mul(tf.sub(flux, tf.mul(cells.q, tf.sum(flux, -1, true))), kd);
  const shared = isShared ? tf.add(pull, tf.mul(cells.q, rest)) : pull;
  const places = { tailShareNV: student.tailShareNV, idsNK: teacher.idsNK };
  const spread = spreadOverTokens(shared, places, isShared && options.precision === 'fp32');
  const hard = isShared ? null : hardLabels(position);
  const crossEntropy =
    hard === null
      ? tf.sub(student.logSumN1, labelLogitN1)
      : tf.slice(hard.columns, [0, 1], [-1, 1]);
  const dLogits =
    hard === null
      ? addLabel(spread, labelsN1, rest)
      : { rowsNV: tf.add(spread.rowsNV, tf.mul(hard.dLogits.rowsNV, rest)), factorN1: null };
  const loss = tf.add(tf.mul(crossEntropy, rest), tf.mul(scaled, kd));
  const columns = [
    tf.mul(weight, loss),
    crossEntropy,
    ofKnown(value, position),
    isTop(labelLogitN1, student.maxN1),
    ofKnown(agreement(student, teacher), position),
    entropyOf(cells.q, cells.logQ),
    entropyOf(cells.p, cells.logP),
    tf.sum(tf.exp(teacher.logpNK), -1, true),
    loss,
  ];
  return { columns: tf.concat(columns, 1), dLogits };
}

/** Shares of the divergence and of the cross-entropy: numbers, or float32 `[N, 1]` where some positions have only labels. */
function shares(
  { knownN }: Position,
  { kd }: LossOptions,
): { kd: number | Tensor; rest: number | Tensor } {
  if (!knownN) return { kd, rest: 1 - kd };
  const kdN1 = tf.mul(column(knownN), kd);
  return { kd: kdN1, rest: tf.sub(1, kdN1) };
}

function ofKnown(valueN1: Tensor, { knownN }: Position): Tensor {
  return knownN ? tf.mul(valueN1, column(knownN)) : valueN1;
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

/**
 * Takes tokens out of a softmax. The number that goes in their place is made from what was read of the
 * logits, `readNK`, so that they are read before and can be overwritten here.
 */
function leaveOut(logitsNV: Tensor, idsNK: Tensor, readNK: Tensor): Tensor {
  return putAlongRow(logitsNV, idsNK, tf.add(tf.mul(readNK, 0), LEFT_OUT));
}

/** log sum exp of logits from their softmax and their maximum, whose probability is exp(max - log sum). */
function logSumFrom(softmaxNV: Tensor, maxN1: Tensor): Tensor {
  return tf.sub(maxN1, tf.log(tf.max(softmaxNV, -1, true)));
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
