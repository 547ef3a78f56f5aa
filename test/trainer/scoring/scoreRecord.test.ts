import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  decodeScores,
  encodeScores,
  LOGP_FLOOR,
} from '../../../trainer/src/scoring/scoreRecord.ts';

const SIZES = { k: 2, vocabSize: 50 };

function one(logps: number[], tail: number) {
  const bytes = encodeScores(
    { ids: Uint32Array.of(7, 8), logps: Float32Array.from(logps), tailLogp: Float32Array.of(tail) },
    SIZES,
  );
  return decodeScores(bytes, { rows: 1, k: 2 });
}

it('takes 6 bytes for each token that is kept and 4 for the tail', () => {
  const rows = 9;
  const bytes = encodeScores(
    {
      ids: new Uint32Array(rows * 64),
      logps: new Float32Array(rows * 64),
      tailLogp: new Float32Array(rows),
    },
    { k: 64, vocabSize: 151_936 },
  );
  expect(bytes.length / rows).toBe(388);
});

it('keeps log-probabilities to f16 and the tail exactly', () => {
  const logp = fc.double({ min: -9000, max: 0, noNaN: true }).map(Math.fround);
  fc.assert(
    fc.property(logp, logp, logp, (a, b, tail) => {
      const read = one([a, b], tail);
      expect(read.tailLogp[0]).toBe(tail);
      for (const [i, value] of [a, b].entries()) {
        expect(Math.abs(read.logps[i]! - value)).toBeLessThanOrEqual(
          Math.abs(value) / 2048 + 2 ** -25,
        );
      }
    }),
    { seed: 5, numRuns: 500 },
  );
});

it.each([-Infinity, -1e9, -10001])('floors %d to what reads back as probability 0', (value) => {
  const read = one([-1, value], value);
  expect(read.logps[1]).toBe(LOGP_FLOOR);
  expect(read.tailLogp[0]).toBe(LOGP_FLOOR);
  expect(Math.exp(read.logps[1]!)).toBe(0);
});

it('takes a certain token whose log-probability was rounded above 0', () => {
  expect(one([1e-6, -20], -0).logps[0]).toBe(0);
});

it('reads records whose arrays are not aligned in the buffer', () => {
  const scores = {
    ids: Uint32Array.of(1, 2, 3),
    logps: Float32Array.of(-1, -2, -3),
    tailLogp: Float32Array.of(-4, -5, -6),
  };
  const bytes = encodeScores(scores, { k: 1, vocabSize: 50 });
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  expect(decodeScores(shifted.subarray(3), { rows: 3, k: 1 })).toEqual(scores);
});

describe('scores that are refused', () => {
  it.each([
    ['NaN', [NaN, -1], -1, /NaN is no log-probability/],
    ['a probability above 1', [0.5, -1], -1, /0.5 is no log-probability/],
    ['a tail above 1', [-1, -1], 2, /2 is no log-probability/],
  ])('%s', (_, logps, tail, message) => {
    expect(() => one(logps, tail)).toThrow(message);
  });

  it.each([
    [Uint32Array.of(1, 2, 3), Float32Array.of(-1, -1), /1 rows want 2 ids.*got 3 and 2/],
    [Uint32Array.of(1, 2), Float32Array.of(-1), /got 2 and 1/],
    [Uint32Array.of(1, 50), Float32Array.of(-1, -1), /outside the vocabulary of 50/],
  ])('arrays that do not fit: %j %j', (ids, logps, message) => {
    expect(() => encodeScores({ ids, logps, tailLogp: Float32Array.of(-1) }, SIZES)).toThrow(
      message,
    );
  });
});
