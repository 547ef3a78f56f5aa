import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { Program, TensorSpec } from '../engine/program.ts';
import { putAlongRow, takeAlongRow } from '../engine/ops/alongAxis.ts';
import { headName, decoderShapes } from '../model/architectures.ts';
import { hiddenStates, plainDecoder } from '../model/decoder.ts';
import type { ModelConfig } from '../model/modelConfig.ts';

export interface ScoreSetup {
  model: ModelConfig;
  rows: number;
  length: number;
  /** Slots for positions to be scored, N. */
  positions: number;
  k: number;
  temperature: number;
  /** Ids below this are tokens of the student; what the teacher has beyond is left out. */
  vocabSize: number;
  /** Ids below it that are no token of the student. */
  leftOut: readonly number[];
  /** Positions per chunk of logits. */
  chunk: number;
}

/** Stands for the logit of a token that is taken out of a sum. */
const LEFT_OUT = -1e30;

/**
 * A teacher's scores at chosen positions of packed rows: with p = softmax(logits / T), the k most
 * probable tokens `ids` int32 `[N, k]` by falling probability, their log-probabilities `logps` float32
 * `[N, k]`, `tail` float32 `[N]`, the log of the mass outside them (by log-sum-exp over the other
 * tokens, not as a difference from 1; about -1e30 where k is the whole vocabulary), and `label` float32
 * `[N]`, the log-probability of the tokens `labels`.
 */
export function scoreProgram(setup: ScoreSetup): Program {
  const { model, rows, length, positions } = setup;
  const row: TensorSpec = { shape: [rows, length], dtype: 'int32' };
  return {
    name: 'score',
    state: {},
    constants: Object.fromEntries(
      Object.entries(decoderShapes(model)).map(([name, shape]) => [
        name,
        { shape, dtype: 'float32' },
      ]),
    ),
    inputs: {
      ids: row,
      positions: row,
      starts: row,
      index: { shape: [positions], dtype: 'int32' },
      labels: { shape: [positions], dtype: 'int32' },
    },
    build: ({ constants, inputs }) => {
      const decoder = plainDecoder(model, constants);
      const hidden = hiddenStates(decoder, {
        idsBT: inputs['ids']!,
        positionsBT: inputs['positions']!,
        startsBT: inputs['starts']!,
      });
      const chosen = tf.gather(hidden, inputs['index'] as Tensor1D);
      const head = tf.slice(decoder.parameter(headName(model)), [0, 0], [setup.vocabSize, -1]);
      const parts: Cells[] = [];
      for (let start = 0; start < positions; start += setup.chunk) {
        const size = Math.min(setup.chunk, positions - start);
        const labels = tf.slice(inputs['labels'] as Tensor1D, [start], [size]);
        parts.push(cellsOf(tf.slice(chosen, [start, 0], [size, -1]), { head, labels }, setup));
      }
      const joined = (part: keyof Cells): Tensor => tf.concat(parts.map((cells) => cells[part]));
      return {
        updates: {},
        outputs: {
          ...{ ids: joined('ids'), logps: joined('logps') },
          ...{ tail: joined('tail'), label: joined('label') },
        },
      };
    },
  };
}

interface Cells {
  ids: Tensor;
  logps: Tensor;
  tail: Tensor;
  label: Tensor;
}

function cellsOf(
  hiddenND: Tensor,
  { head, labels }: { head: Tensor; labels: Tensor },
  { k, temperature, leftOut, vocabSize }: ScoreSetup,
): Cells {
  const product = tf.matMul(hiddenND, head, false, true);
  const softened = temperature === 1 ? product : tf.div(product, temperature);
  const logits = leftOut.length === 0 ? softened : tf.add(softened, without(leftOut, vocabSize));
  const { values, indices } = tf.topk(logits, k, true);
  const restNV = putAlongRow(logits, indices, tf.fill(values.shape, LEFT_OUT));
  const restSum = tf.logSumExp(restNV, -1, true);
  const logps = tf.logSoftmax(tf.concat([values, restSum], -1));
  const first = (rows: Tensor): Tensor => tf.slice(rows, [0, 0], [-1, 1]);
  const normaliser = tf.sub(first(values), first(logps));
  const labelLogit = takeAlongRow(logits, tf.reshape(labels, [-1, 1]));
  return {
    ids: indices,
    logps: tf.slice(logps, [0, 0], [-1, k]),
    label: tf.reshape(tf.sub(labelLogit, normaliser), [-1]),
    tail: tf.reshape(tf.slice(logps, [0, k], [-1, 1]), [-1]),
  };
}

/** Added to logits `[N, V]`, it takes these tokens out of their softmax. */
function without(ids: readonly number[], vocabSize: number): Tensor {
  const row = new Float32Array(vocabSize);
  for (const id of ids) row[id] = LEFT_OUT;
  return tf.tensor2d(row, [1, vocabSize]);
}
