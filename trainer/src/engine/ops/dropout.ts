import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { mix } from '../random.ts';

/** Numbers to a row, see `dropoutRows`. */
export const ROW_LANES = 4;

/**
 * Inverted dropout (Srivastava et al. 2014): elements are zeroed with probability `rate`, the others divided
 * by 1 - rate; the gradient passes where the value passed. Which ones follows from seed, salt, row and column
 * alone, so that a run that goes on drops what an uninterrupted one would.
 *
 * With a, b, c, d of the row and x, y, z of the column, an element goes where
 * `frac(b frac(a x + y) + c z + d) < rate`. Row and column numbers are hashes of 32 bits. All numbers are
 * multiples of 2^-12 below 2^12, so f32 holds every product and sum exactly, and every executor gives the same.
 *
 * @param xND float32 `[N, D]`
 * @param rowsN4 float32 `[N, 4]`, of `dropoutRows`
 * @param salt tells places of one step apart
 */
export function dropout(
  xND: Tensor,
  { rate, rowsN4, salt }: { rate: number; rowsN4: Tensor; salt: number },
): Tensor {
  const [a, b, c, d] = tf.split(rowsN4, ROW_LANES, 1) as [Tensor, Tensor, Tensor, Tensor];
  const [x, y, z] = columnLanes(salt, xND.shape[1]!).map((lane) =>
    tf.tensor2d(lane, [1, lane.length]),
  ) as [Tensor, Tensor, Tensor];
  const first = fraction(tf.add(tf.mul(a, x), y));
  const second = fraction(tf.add(tf.mul(b, first), tf.add(tf.mul(c, z), d)));
  const kept = tf.cast(tf.greaterEqual(second, rate), 'float32');
  return tf.mul(xND, tf.mul(kept, 1 / (1 - rate)));
}

/** tfjs's remainder is not the same to the last bit on every executor; this is, where the number is exact. */
function fraction(x: Tensor): Tensor {
  return tf.sub(x, tf.floor(x));
}

const UNIT = 1 / 4096;

/**
 * The numbers of each row at one seed, from row `first` on, `[rows, 4]`: odd a, b below 2^11 and c below 2^10, and d. Those of any
 * two rows differ: a, b and d hold all 32 bits of a hash that no two rows share.
 */
export function dropoutRows(seed: number, rows: number, first = 0): Float32Array {
  const lanes = new Float32Array(rows * ROW_LANES);
  for (let row = 0; row < rows; row++) {
    const hash = mix(mix(seed) ^ (first + row)) >>> 0;
    const more = mix(hash ^ 0x9e3779b9) >>> 0;
    lanes.set([odd(hash, 10), odd(hash >>> 10, 10), odd(more, 9), (hash >>> 20) * UNIT], row * 4);
  }
  return lanes;
}

function odd(bits: number, count: number): number {
  return 2 * (bits & ((1 << count) - 1)) + 1;
}

/** x, y and z of each column. */
function columnLanes(salt: number, columns: number): Float32Array[] {
  const lanes = [0, 1, 2].map(() => new Float32Array(columns));
  for (let column = 0; column < columns; column++) {
    const hash = mix(mix(salt ^ 0x85ebca6b) ^ column) >>> 0;
    const more = mix(hash ^ 0xc2b2ae35) >>> 0;
    [hash, hash >>> 12, more].forEach(
      (bits, lane) => (lanes[lane]![column] = (bits & 4095) * UNIT),
    );
  }
  return lanes;
}
