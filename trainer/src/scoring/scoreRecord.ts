import { HALF_FORMATS } from '../checkpoint/floatFormats.ts';

/**
 * What a teacher says about N tokens of one sample, row by row in the caller's order. Logarithms are
 * natural, in nats, at the run's temperature.
 */
export interface TeacherScores {
  /** [N, k]: the teacher's k most probable tokens. */
  ids: Uint32Array;
  /** [N, k]: their log-probabilities. */
  logps: Float32Array;
  /** [N]: log of the mass of all other tokens; -Infinity where k is the whole vocabulary. */
  tailLogp: Float32Array;
}

/** Log-probabilities are kept no lower than this; it reads back as probability 0. */
export const LOGP_FLOOR = -1e4;

/**
 * One sample's scores as bytes, little-endian: ids u32 [N, k], tail f32 [N], log-probabilities f16 [N, k]
 * (6 k + 4 bytes a token). f16 keeps a log-probability to 0.05 %; the tail is exact. Both are floored at
 * `LOGP_FLOOR`. Throws a RangeError for arrays that do not belong together, ids outside the vocabulary,
 * NaN, and log-probabilities above 0 by more than rounding.
 */
export function encodeScores(
  { ids, logps, tailLogp }: TeacherScores,
  { k, vocabSize }: { k: number; vocabSize: number },
): Uint8Array {
  const rows = tailLogp.length;
  if (ids.length !== rows * k || logps.length !== rows * k) {
    throw new RangeError(
      `scores of ${rows} rows want ${rows * k} ids and log-probabilities, got ${ids.length} and ${logps.length}`,
    );
  }
  if (ids.some((id) => id >= vocabSize)) {
    throw new RangeError(`a teacher's token is outside the vocabulary of ${vocabSize}`);
  }
  const bytes = new Uint8Array(recordBytes(rows, k));
  bytes.set(bytesOf(ids), 0);
  bytes.set(bytesOf(tailLogp.map(floored)), 4 * rows * k);
  const halves = new Uint16Array(rows * k);
  HALF_FORMATS.F16.encode(logps.map(floored), halves);
  bytes.set(bytesOf(halves), 4 * rows * k + 4 * rows);
  return bytes;
}

export function decodeScores(
  bytes: Uint8Array,
  { rows, k }: { rows: number; k: number },
): TeacherScores {
  // A copy of its own, so that the views are aligned wherever the record began.
  const { buffer } = bytes.slice();
  const ids = new Uint32Array(buffer, 0, rows * k);
  const tailLogp = new Float32Array(buffer, 4 * rows * k, rows);
  const logps = new Float32Array(rows * k);
  HALF_FORMATS.F16.decode(new Uint16Array(buffer, 4 * rows * k + 4 * rows, rows * k), logps);
  return { ids, logps, tailLogp };
}

function recordBytes(rows: number, k: number): number {
  return rows * (6 * k + 4);
}

/** The rounding of a log-softmax in f32 can put a certain token a little above 0. */
const ROUNDING = 1e-3;

function floored(logp: number): number {
  if (!(logp <= ROUNDING)) throw new RangeError(`${logp} is no log-probability`);
  return Math.min(0, Math.max(LOGP_FLOOR, logp));
}

function bytesOf(values: Uint32Array | Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
