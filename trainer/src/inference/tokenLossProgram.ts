import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { takeAlongRow } from '../engine/ops/alongAxis.ts';
import type { Program, Tensors } from '../engine/program.ts';
import { architectureOf, headName } from '../model/architectures.ts';
import {
  cacheSpecs,
  decodeChunk,
  type DecodeModel,
  decoderOf,
  type DecodeShape,
} from './decodeProgram.ts';

export interface TokenLossSetup {
  student: DecodeModel;
  /** Its names, caches too, have `TEACHER` before them. Null: nothing to compare with. */
  teacher: DecodeModel | null;
  /** Tokens a run, C. */
  chunk: number;
  /** Tokens that the caches hold, M. */
  context: number;
  /** Positions per chunk of logits. */
  head: number;
}

/** What stands before the names of a teacher's parameters, which are those of a student's. */
const TEACHER = 'teacher.';

/**
 * How well a student foretells a text, C tokens a run, with the keys and values of the tokens before in a
 * cache. With q = softmax of the student's logits after a token, at temperature 1, and y the token that
 * follows (`labels`): `loss` = -ln q_y, float32 `[C]`, in nats; `likeliest` = argmax q, int32 `[C]`; and
 * with a teacher `agreement` = sum over v of min(p_v, q_v), float32 `[C]`: 1 less the total variation
 * distance between both, 1 where they are the same and 0 where they have nothing in common. p is the
 * softmax over the tokens that both models have; a tail of padding in one vocabulary counts as 0.
 *
 * Inputs, int32 `[1, C]`: `ids` and `positions` (padding has position M and gives numbers without a
 * meaning), and `labels` `[C]`.
 */
export function tokenLossProgram(setup: TokenLossSetup): Program {
  const { student, teacher, chunk, context } = setup;
  const shape = { rows: 1, chunk, context };
  const teachers = teacher && {
    state: { ...teacher.state, ...cacheSpecs(teacher.model, shape) },
    constants: teacher.constants,
  };
  return {
    name: 'token-losses',
    state: {
      ...student.state,
      ...cacheSpecs(student.model, shape),
      ...(teachers && underTeacher(teachers.state)),
    },
    constants: { ...student.constants, ...(teachers && underTeacher(teachers.constants)) },
    inputs: {
      ids: { shape: [1, chunk], dtype: 'int32' },
      positions: { shape: [1, chunk], dtype: 'int32' },
      labels: { shape: [chunk], dtype: 'int32' },
    },
    build: ({ state, constants, inputs }) => {
      const own = followed(student, { state, constants, inputs, shape });
      const other = teacher && {
        ...followed(teacher, {
          ...{ state: ofTeacher(state), constants: ofTeacher(constants) },
          ...{ inputs, shape },
        }),
      };
      const parts: Measured[] = [];
      for (let start = 0; start < chunk; start += setup.head) {
        const size = Math.min(setup.head, chunk - start);
        const logits = (model: Followed): Tensor =>
          tf.matMul(tf.slice(model.hidden, [start, 0], [size, -1]), model.head, false, true);
        const labels = tf.slice(inputs['labels']!, [start], [size]);
        parts.push(measure(logits(own), other && logits(other), labels));
      }
      const joined = (part: keyof Measured): Tensor => tf.concat(parts.map((one) => one[part]!));
      return {
        updates: { ...own.updates, ...(other && underTeacher(other.updates)) },
        outputs: {
          ...{ loss: joined('loss'), likeliest: joined('likeliest') },
          ...(other && { agreement: joined('agreement') }),
        },
      };
    },
  };
}

export function underTeacher<T>(values: Record<string, T>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${TEACHER}${name}`, value]),
  );
}

function ofTeacher(tensors: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => name.startsWith(TEACHER))
      .map(([name, tensor]) => [name.slice(TEACHER.length), tensor]),
  );
}

interface Followed {
  /** What the head reads, `[C, D]`. */
  hidden: Tensor;
  /** `[V, D]` */
  head: Tensor;
  updates: Tensors;
}

function followed(
  decode: DecodeModel,
  {
    state,
    constants,
    inputs,
    shape,
  }: { state: Tensors; constants: Tensors; inputs: Tensors; shape: DecodeShape },
): Followed {
  const decoder = decoderOf(decode, { ...constants, ...state });
  const { hidden, updates } = decodeChunk(decoder, { state, inputs, shape });
  const finished = architectureOf(decode.model).finish(decoder, hidden);
  return { hidden: finished, head: decoder.parameter(headName(decode.model)), updates };
}

interface Measured {
  loss: Tensor;
  likeliest: Tensor;
  agreement: Tensor | null;
}

function measure(logitsNV: Tensor, teacherNV: Tensor | null, labelsN: Tensor): Measured {
  const logQ = tf.logSoftmax(logitsNV);
  const label = takeAlongRow(logQ, tf.reshape(labelsN, [-1, 1]));
  return {
    loss: tf.neg(tf.reshape(label, [-1])),
    likeliest: tf.argMax(logitsNV, -1),
    agreement: teacherNV && overlap(tf.exp(logQ), teacherNV),
  };
}

function overlap(q: Tensor, teacherNV: Tensor): Tensor {
  const both = Math.min(q.shape[1]!, teacherNV.shape[1]!);
  const firsts = (x: Tensor): Tensor => (x.shape[1] === both ? x : tf.slice(x, [0, 0], [-1, both]));
  return tf.sum(tf.minimum(firsts(q), tf.softmax(firsts(teacherNV))), -1);
}
