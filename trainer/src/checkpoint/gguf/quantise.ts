import { HALF_FORMATS } from '../floatFormats.ts';

/** The types of ggml that are written. */
export type WrittenType = 'F32' | 'F16' | 'Q8_0' | 'Q4_0';

/**
 * Turns f32 values into whole blocks of ggml, the inverse of `DEQUANTISE`; blocks are rounded as by
 * `quantize_row_*_ref` of `ggml-quants.c`.
 *
 * @param values f32, a whole number of blocks
 */
export const QUANTISE: Readonly<Record<WrittenType, (values: Float32Array) => Uint8Array>> = {
  F32: (values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  F16: (values) => new Uint8Array(halves(values).buffer),
  // d = max |x| / 127, q = round(x / d)
  Q8_0: (values) =>
    blocks(values, 34, (block, write) => {
      const scale = block.reduce((most, x) => Math.max(most, Math.abs(x)), 0) / 127;
      const inverse = scale === 0 ? 0 : Math.fround(1 / Math.fround(scale));
      write.scale(scale);
      for (let j = 0; j < BLOCK; j++)
        write.byte(2 + j, roundAway(Math.fround(block[j]! * inverse)) & 255);
    }),
  // d = x of the largest magnitude / -8, q = floor(x / d + 8.5), at most 15; two to a byte, 16 apart
  Q4_0: (values) =>
    blocks(values, 18, (block, write) => {
      const furthest = block.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0);
      const scale = furthest / -8;
      const inverse = scale === 0 ? 0 : Math.fround(1 / Math.fround(scale));
      const q = (x: number): number =>
        Math.min(15, Math.trunc(Math.fround(Math.fround(x * inverse) + 8.5)));
      write.scale(scale);
      for (let j = 0; j < BLOCK / 2; j++)
        write.byte(2 + j, q(block[j]!) | (q(block[j + BLOCK / 2]!) << 4));
    }),
};

/** Values of a block of the quantised types. */
export const BLOCK = 32;

interface BlockWriter {
  /** The f16 that the block begins with. */
  scale: (value: number) => void;
  byte: (at: number, value: number) => void;
}

function blocks(
  values: Float32Array,
  bytes: number,
  fill: (block: Float32Array, write: BlockWriter) => void,
): Uint8Array {
  const count = values.length / BLOCK;
  const out = new Uint8Array(count * bytes);
  const view = new DataView(out.buffer);
  for (let at = 0; at < count; at++) {
    fill(values.subarray(at * BLOCK, (at + 1) * BLOCK), {
      scale: (value) => view.setUint16(at * bytes, halves(Float32Array.of(value))[0]!, true),
      byte: (place, value) => view.setUint8(at * bytes + place, value),
    });
  }
  return out;
}

function halves(values: Float32Array): Uint16Array {
  const out = new Uint16Array(values.length);
  HALF_FORMATS.F16.encode(values, out);
  return out;
}

/** As C's `roundf`: halves away from zero. */
function roundAway(x: number): number {
  return Math.sign(x) * Math.floor(Math.abs(x) + 0.5);
}
