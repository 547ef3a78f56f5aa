/** The float formats that weights and scores are kept in on disk, by their safetensors names. */
export type FloatDtype = 'F32' | 'F16' | 'BF16';

export const BYTES_PER_FLOAT: Readonly<Record<FloatDtype, number>> = { F32: 4, F16: 2, BF16: 2 };

/** One float format of 16 bits: `decode` is exact, `encode` rounds to nearest, ties to even. */
interface HalfFormat {
  /** The smallest magnitude that rounds to infinity. */
  overflow: number;
  decode: (halves: Uint16Array, out: Float32Array) => void;
  encode: (values: Float32Array, out: Uint16Array) => void;
}

/**
 * IEEE binary16 and bfloat16 (the upper half of a binary32). Values past the format's largest become
 * infinite; callers that must not write such a value compare with `overflow` first.
 * NaN stays NaN, signs of zero and infinities are kept.
 */
export const HALF_FORMATS: Readonly<Record<'F16' | 'BF16', HalfFormat>> = {
  F16: { overflow: 65520, decode: decodeF16, encode: encodeF16 },
  BF16: { overflow: 2 ** 128 - 2 ** 119, decode: decodeBf16, encode: encodeBf16 },
};

/** True when no value is NaN or infinite: x - x is 0 for finite x and NaN for all others. */
export function allFinite(values: Float32Array): boolean {
  let sum = 0;
  for (const value of values) sum += value - value;
  return sum === 0;
}

let f16Values: Float32Array | undefined;

function decodeF16(halves: Uint16Array, out: Float32Array): void {
  f16Values ??= Float32Array.from({ length: 65536 }, (_, bits) => f16ToNumber(bits));
  for (let i = 0; i < halves.length; i++) out[i] = f16Values[halves[i]!]!;
}

function f16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  return sign * (1024 + mantissa) * 2 ** (exponent - 25);
}

function encodeF16(values: Float32Array, out: Uint16Array): void {
  const word = new Float32Array(1);
  const bits = new Uint32Array(word.buffer);
  for (let i = 0; i < values.length; i++) {
    word[0] = values[i]!;
    out[i] = f32BitsToF16(bits[0]!);
  }
}

function f32BitsToF16(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    // Normal in f16: rebias the exponent from 127 to 15, drop 13 mantissa bits.
    return sign | roundShift(magnitude - 0x38000000, 13);
  }
  // Subnormal in f16, in units of 2^-24; 25 and more shifts leave less than half a unit.
  const shift = 126 - (magnitude >>> 23);
  if (shift > 24) return sign;
  return sign | roundShift((magnitude & 0x7fffff) | 0x800000, shift);
}

/** `value >> shift`, rounded to nearest, ties to even. */
function roundShift(value: number, shift: number): number {
  const kept = value >>> shift;
  const dropped = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return dropped > half || (dropped === half && kept & 1) ? kept + 1 : kept;
}

function decodeBf16(halves: Uint16Array, out: Float32Array): void {
  const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
}

function encodeBf16(values: Float32Array, out: Uint16Array): void {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < values.length; i++) {
    const word = bits[i]!;
    const isNaN = (word & 0x7fffffff) > 0x7f800000;
    // A NaN whose payload sits in the lower half would round to an infinity.
    out[i] = isNaN ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
}
