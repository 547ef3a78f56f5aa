import { writeFileSync } from 'node:fs';

/** A metadata value with its type in the file. */
export type Written =
  | { u32: number }
  | { f32: number }
  | { bool: boolean }
  | { text: string }
  | { texts: readonly string[] }
  | { f32s: readonly number[] }
  | { i32s: readonly number[] };

export interface WrittenTensor {
  /** Rows first. */
  shape: readonly number[];
  /** ggml's number of the type; 0: F32. */
  type: number;
  bytes: Uint8Array;
  /** Where the data says it is, instead of behind the tensor before. */
  offset?: number;
}

/** Writes a GGUF file of version 3, as its description says. */
export function writeGguf(
  file: string,
  metadata: Record<string, Written>,
  tensors: Record<string, WrittenTensor>,
): void {
  const parts: Buffer[] = [
    Buffer.from('GGUF'),
    u32(3),
    u64(Object.keys(tensors).length),
    u64(Object.keys(metadata).length),
  ];
  for (const [key, value] of Object.entries(metadata)) parts.push(text(key), valueOf(value));
  let end = 0;
  const data: Buffer[] = [];
  for (const [name, { shape, type, bytes, offset }] of Object.entries(tensors)) {
    const dims = [...shape].reverse().map(u64);
    parts.push(text(name), u32(shape.length), ...dims, u32(type), u64(offset ?? end));
    const padded = Buffer.alloc(aligned(bytes.length));
    padded.set(bytes);
    data.push(padded);
    end += padded.length;
  }
  const header = Buffer.concat(parts);
  writeFileSync(
    file,
    Buffer.concat([header, Buffer.alloc(aligned(header.length) - header.length), ...data]),
  );
}

export function floats(values: ArrayLike<number>): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

function valueOf(value: Written): Buffer {
  if ('u32' in value) return Buffer.concat([u32(4), u32(value.u32)]);
  if ('f32' in value) return Buffer.concat([u32(6), f32(value.f32)]);
  if ('bool' in value) return Buffer.concat([u32(7), Buffer.from([value.bool ? 1 : 0])]);
  if ('text' in value) return Buffer.concat([u32(8), text(value.text)]);
  if ('texts' in value) return list(8, value.texts.map(text));
  if ('f32s' in value) return list(6, value.f32s.map(f32));
  return list(5, value.i32s.map(u32));
}

function list(type: number, items: readonly Buffer[]): Buffer {
  return Buffer.concat([u32(9), u32(type), u64(items.length), ...items]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function aligned(length: number): number {
  return Math.ceil(length / 32) * 32;
}
