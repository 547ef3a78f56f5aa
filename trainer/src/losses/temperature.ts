import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { type Config, isScoreServer } from '@deepcoder/config';
import type { TeacherScores } from './lossOptions.ts';

export type TemperatureConfig = Config['loss']['temperature'];

interface SofteningKeys {
  loss: { temperature: TemperatureConfig };
  teacher: Pick<Config['teacher'], 'type' | 'align'>;
}

/**
 * Whether the teacher's scores are kept at T = 1 and softened step by step: where T changes while a run goes
 * on, where a server gives the scores, which knows no other temperature, and where probabilities of tokens are
 * multiplied.
 */
export function softensInTraining({ loss, teacher }: SofteningKeys): boolean {
  const { schedule, value } = loss.temperature;
  const isAtOne = isScoreServer(teacher.type) || teacher.align === 'bytes';
  return schedule !== 'constant' || (isAtOne && value !== 1);
}

/**
 * T at each of N positions: the constant; or from `max` at progress 0 to `min` at 1, in a straight line or
 * along half a cosine; or `min` + (max - min) H with the teacher's normalised entropy H at the position.
 *
 * @param teacherEntropy H within [0, 1], `[N]`
 */
export function temperaturesAt(
  { value, schedule, min, max }: TemperatureConfig,
  { progress, teacherEntropy }: { progress: number; teacherEntropy: Float32Array },
): Float32Array {
  if (schedule === 'entropy') return teacherEntropy.map((entropy) => min + (max - min) * entropy);
  const done = Math.min(1, Math.max(0, progress));
  const share = schedule === 'linear' ? done : (1 - Math.cos(Math.PI * done)) / 2;
  const all = schedule === 'constant' ? value : max + (min - max) * share;
  return new Float32Array(teacherEntropy.length).fill(all);
}

type Softenable = Pick<TeacherScores, 'logpNK' | 'tailLogpN'>;

/**
 * A teacher's cells at temperature T from those at 1. The tail's mass is taken as spread evenly over its
 * V - k tokens, so its softened mass is in proportion to (V - k)^(1 - 1/T) p_tail^(1/T).
 *
 * @param temperatureN1 float32 `[N, 1]`
 */
export function soften(
  { logpNK, tailLogpN }: Softenable,
  temperatureN1: Tensor,
  vocabSize: number,
): Softenable {
  const [rows, k] = logpNK.shape as [number, number];
  const top = tf.div(logpNK, temperatureN1);
  if (tailLogpN === null) return { logpNK: tf.logSoftmax(top), tailLogpN: null };
  const perToken = tf.sub(tf.reshape(tailLogpN, [rows, 1]), Math.log(vocabSize - k));
  const tail = tf.add(tf.div(perToken, temperatureN1), Math.log(vocabSize - k));
  const cells = tf.logSoftmax(tf.concat([top, tail], -1));
  return {
    logpNK: tf.slice(cells, [0, 0], [-1, k]),
    tailLogpN: tf.reshape(tf.slice(cells, [0, k], [-1, 1]), [rows]),
  };
}
