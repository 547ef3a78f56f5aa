import type { GgmlName } from '../../gguf/ggmlTypes.ts';
import { HALF_FORMATS } from '../floatFormats.ts';

/**
 * Turns whole blocks of ggml into f32 values, bit for bit as ggml's `dequantize_row_*` (`ggml-quants.c`) and the
 * Python package `gguf` do: products and sums of f32 values, rounded once when they are stored.
 *
 * @param bytes n blocks, at an even place of their buffer
 * @param out f32 `[n * values a block]`
 */
export const DEQUANTISE: Readonly<
  Record<GgmlName, (bytes: Uint8Array, out: Float32Array) => void>
> = {
  F32: (bytes, out) => {
    new Uint8Array(out.buffer, out.byteOffset, out.byteLength).set(bytes);
  },
  F16: (bytes, out) => HALF_FORMATS.F16.decode(halves(bytes), out),
  BF16: (bytes, out) => HALF_FORMATS.BF16.decode(halves(bytes), out),
  Q4_0: (bytes, out) => {
    const d = halvesAt(bytes, 18, 0);
    eachBlock(d, (block) =>
      nibbles(bytes.subarray(18 * block + 2), out, 32 * block, (q) => d[block]! * (q - 8)),
    );
  },
  Q4_1: (bytes, out) => {
    const [d, m] = [halvesAt(bytes, 20, 0), halvesAt(bytes, 20, 2)];
    eachBlock(d, (block) =>
      nibbles(bytes.subarray(20 * block + 4), out, 32 * block, (q) => d[block]! * q + m[block]!),
    );
  },
  Q5_0: (bytes, out) => {
    const d = halvesAt(bytes, 22, 0);
    eachBlock(d, (block) => {
      const bit = highBits(bytes, 22 * block + 2);
      nibbles(
        bytes.subarray(22 * block + 6),
        out,
        32 * block,
        (q, j) => d[block]! * ((q | bit(j)) - 16),
      );
    });
  },
  Q5_1: (bytes, out) => {
    const [d, m] = [halvesAt(bytes, 24, 0), halvesAt(bytes, 24, 2)];
    eachBlock(d, (block) => {
      const bit = highBits(bytes, 24 * block + 4);
      nibbles(
        bytes.subarray(24 * block + 8),
        out,
        32 * block,
        (q, j) => d[block]! * (q | bit(j)) + m[block]!,
      );
    });
  },
  Q8_0: (bytes, out) => {
    const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    const d = halvesAt(bytes, 34, 0);
    eachBlock(d, (block) => {
      for (let j = 0; j < 32; j++) out[32 * block + j] = d[block]! * signed[34 * block + 2 + j]!;
    });
  },
  Q4_K: (bytes, out) => {
    const [d, dmin] = [halvesAt(bytes, 144, 0), halvesAt(bytes, 144, 2)];
    eachBlock(d, (block) => {
      const [scales, quants] = [bytes.subarray(144 * block + 4), bytes.subarray(144 * block + 16)];
      for (let part = 0; part < 8; part++) {
        const [scale, min] = scaleAndMin(scales, part);
        const [high, low] = [4 * (part & 1), 32 * (part >> 1)];
        for (let j = 0; j < 32; j++) {
          const q = (quants[low + j]! >> high) & 15;
          out[256 * block + 32 * part + j] = d[block]! * scale * q - dmin[block]! * min;
        }
      }
    });
  },
  Q5_K: (bytes, out) => {
    const [d, dmin] = [halvesAt(bytes, 176, 0), halvesAt(bytes, 176, 2)];
    eachBlock(d, (block) => {
      const scales = bytes.subarray(176 * block + 4);
      const [fifth, quants] = [bytes.subarray(176 * block + 16), bytes.subarray(176 * block + 48)];
      for (let part = 0; part < 8; part++) {
        const [scale, min] = scaleAndMin(scales, part);
        const [high, low] = [4 * (part & 1), 32 * (part >> 1)];
        for (let j = 0; j < 32; j++) {
          const q = ((quants[low + j]! >> high) & 15) | (((fifth[j]! >> part) & 1) << 4);
          out[256 * block + 32 * part + j] = d[block]! * scale * q - dmin[block]! * min;
        }
      }
    });
  },
  Q6_K: (bytes, out) => {
    const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    const d = halvesAt(bytes, 210, 208);
    eachBlock(d, (block) => {
      const at = 210 * block;
      for (let i = 0; i < 256; i++) {
        const [half, row, j] = [i >> 7, (i >> 5) & 3, i & 31];
        const low = bytes[at + 64 * half + 32 * (row & 1) + j]! >> (4 * (row >> 1));
        const high = bytes[at + 128 + 32 * half + j]! >> (2 * row);
        const q = ((low & 15) | ((high & 3) << 4)) - 32;
        out[256 * block + i] = d[block]! * signed[at + 192 + (i >> 4)]! * q;
      }
    });
  },
};

function halves(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
}

/** The f16 at the same place of every block. */
function halvesAt(bytes: Uint8Array, blockBytes: number, place: number): Float32Array {
  const all = halves(bytes);
  const count = bytes.length / blockBytes;
  const own = Uint16Array.from(
    { length: count },
    (_, block) => all[(blockBytes * block + place) >> 1]!,
  );
  const values = new Float32Array(count);
  HALF_FORMATS.F16.decode(own, values);
  return values;
}

function eachBlock(scales: Float32Array, work: (block: number) => void): void {
  for (let block = 0; block < scales.length; block++) work(block);
}

/** 32 values in 16 bytes: the low halves first, then the high ones. */
function nibbles(
  quants: Uint8Array,
  out: Float32Array,
  at: number,
  value: (q: number, j: number) => number,
): void {
  for (let j = 0; j < 16; j++) {
    out[at + j] = value(quants[j]! & 15, j);
    out[at + j + 16] = value(quants[j]! >> 4, j + 16);
  }
}

/** The fifth bit of value j, in its place. */
function highBits(bytes: Uint8Array, at: number): (j: number) => number {
  return (j) => ((bytes[at + (j >> 3)]! >> (j & 7)) & 1) << 4;
}

/** Eight pairs of 6 bits in 12 bytes: the first four plain, of the others two bits lie above those. */
function scaleAndMin(scales: Uint8Array, part: number): [number, number] {
  if (part < 4) return [scales[part]! & 63, scales[part + 4]! & 63];
  const low = scales[part + 4]!;
  return [(low & 15) | ((scales[part - 4]! >> 6) << 4), (low >> 4) | ((scales[part]! >> 6) << 4)];
}
