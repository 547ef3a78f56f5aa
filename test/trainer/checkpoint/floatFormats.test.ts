import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { allFinite, HALF_FORMATS } from '../../../trainer/src/checkpoint/floatFormats.ts';

const ALL_HALVES = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

function decodeAll(format: 'F16' | 'BF16'): Float32Array {
  const values = new Float32Array(65536);
  HALF_FORMATS[format].decode(ALL_HALVES, values);
  return values;
}

function encode(format: 'F16' | 'BF16', ...values: number[]): number[] {
  const halves = new Uint16Array(values.length);
  HALF_FORMATS[format].encode(Float32Array.from(values), halves);
  return [...halves];
}

/** The finite non-negative value nearest to a number by search in the decoded table; ties to even bits. */
function nearestBySearch(table: Float32Array, infinityBits: number, value: number): number {
  let low = 0;
  let high = infinityBits;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (table[middle]! <= value) low = middle;
    else high = middle;
  }
  // Past the largest value the next step of the same size would be the infinity.
  const next = high === infinityBits ? 2 * table[low]! - table[low - 1]! : table[high]!;
  const below = value - table[low]!;
  const above = next - value;
  if (below !== above) return below < above ? low : high;
  return low % 2 === 0 ? low : high;
}

describe.each([
  { format: 'F16', infinityBits: 0x7c00 },
  { format: 'BF16', infinityBits: 0x7f80 },
] as const)('$format', ({ format, infinityBits }) => {
  const table = decodeAll(format);

  it('encodes every value that it decodes back to the same bits', () => {
    const back = new Uint16Array(65536);
    HALF_FORMATS[format].encode(table, back);
    const changed = ALL_HALVES.filter((bits) => back[bits] !== bits && !Number.isNaN(table[bits]));
    expect([...changed]).toEqual([]);
    expect(table.filter(Number.isNaN)).toHaveLength(2 * (0x8000 - infinityBits - 1));
    expect(back.every((bits, i) => !Number.isNaN(table[i]) || (bits & 0x7fff) > infinityBits)).toBe(
      true,
    );
  });

  it('rounds to nearest, ties to even', () => {
    const anyF32 = fc.integer({ min: 0, max: 0x7f7fffff }).map((bits) => {
      return new Float32Array(Uint32Array.of(bits).buffer)[0]!;
    });
    const halfway = fc.integer({ min: 0, max: infinityBits - 2 }).map((bits) => {
      return (table[bits]! + table[bits + 1]!) / 2;
    });
    const inF16Range = fc.double({ min: 0, max: 70000, noNaN: true }).map(Math.fround);
    fc.assert(
      fc.property(fc.oneof(anyF32, halfway, inF16Range), (value) => {
        const wanted = nearestBySearch(table, infinityBits, value);
        expect(encode(format, value, -value)).toEqual([wanted, wanted | 0x8000]);
      }),
      { seed: 7, numRuns: 3000 },
    );
  });

  it('knows the smallest value that becomes infinite', () => {
    const { overflow } = HALF_FORMATS[format];
    const word = new Float32Array([overflow]);
    new Uint32Array(word.buffer)[0]! -= 1;
    expect(encode(format, overflow, word[0]!)).toEqual([infinityBits, infinityBits - 1]);
  });

  it('keeps NaN, infinities and the sign of zero', () => {
    const lowPayloadNaN = new Float32Array(Uint32Array.of(0x7f800001).buffer)[0]!;
    const [nan, ...others] = encode(format, lowPayloadNaN, Infinity, -Infinity, -0);
    expect(nan! & 0x7fff).toBeGreaterThan(infinityBits);
    expect(others).toEqual([infinityBits, infinityBits | 0x8000, 0x8000]);
  });
});

it('knows the largest f16 and where it overflows', () => {
  expect(encode('F16', 65504, 65519.99, 65520)).toEqual([0x7bff, 0x7bff, 0x7c00]);
  expect(encode('F16', -1e4)).toEqual([0xf0e2]);
});

it.each([
  { values: [], finite: true },
  { values: [3e38, 3e38, -3e38], finite: true },
  { values: [1, NaN, 2], finite: false },
  { values: [1, 2, -Infinity], finite: false },
])('tells whether $values are all finite', ({ values, finite }) => {
  expect(allFinite(Float32Array.from(values))).toBe(finite);
});
