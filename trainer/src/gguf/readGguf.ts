import { closeSync, openSync } from 'node:fs';
import { systemCode } from '../disk/systemCode.ts';
import { GGML_TYPES, ggmlTypeName, type GgmlType } from './ggmlTypes.ts';
import { ggufError } from './ggufError.ts';
import { headerCursor, type HeaderCursor } from './headerCursor.ts';

type GgufValue = number | boolean | string | readonly (number | boolean | string)[];

export interface GgufTensor {
  /** Rows first, as PyTorch has it; the file has it the other way round. */
  shape: readonly number[];
  type: GgmlType;
  /** Byte range from the start of the file. */
  start: number;
  end: number;
}

/** What is in a GGUF file, without its weights. */
export interface GgufFile {
  path: string;
  metadata: ReadonlyMap<string, GgufValue>;
  tensors: ReadonlyMap<string, GgufTensor>;
}

const MAGIC = 0x46554747;
const VERSIONS = [2, 3];
const DEFAULT_ALIGNMENT = 32;

/**
 * Reads and checks the header of a GGUF file (version 2 and 3, little-endian): every length against the file's
 * size, every tensor's type and place. Source: the format's description in ggml's `docs/gguf.md`.
 */
export function readGguf(path: string): GgufFile {
  const fd = openFile(path);
  try {
    const cursor = headerCursor(fd, path);
    refuseOthers(cursor, path);
    const tensorCount = cursor.count('tensors', 24);
    const valueCount = cursor.count('metadata values', 13);
    const metadata = new Map<string, GgufValue>();
    for (let i = 0; i < valueCount; i++) {
      const key = cursor.text();
      metadata.set(key, readValue(cursor, cursor.u32(), { path, key }));
    }
    const tensors = readTensors(cursor, tensorCount, {
      path,
      alignment: alignmentOf(metadata, path),
    });
    return { path, metadata, tensors };
  } finally {
    closeSync(fd);
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const reason = systemCode(error) === 'ENOENT' ? 'no such file' : 'cannot be opened';
    throw ggufError('checkpoint-unreadable', path, `${reason}; check the path`, error);
  }
}

function refuseOthers(cursor: HeaderCursor, path: string): void {
  if (cursor.size < 24 || cursor.u32() !== MAGIC) {
    throw ggufError('gguf-header', path, 'is no GGUF file; its first bytes are not "GGUF"');
  }
  const version = cursor.u32();
  if (VERSIONS.includes(version)) return;
  const what = version > 0xffff ? 'is big-endian' : `has version ${version}`;
  throw ggufError(
    'gguf-header',
    path,
    `${what}; versions 2 and 3, little-endian, are read: convert it with llama.cpp`,
  );
}

const ARRAY = 9;
/** By type of a value in the metadata: how many bytes one takes at least, and how it is read. */
const VALUES: Readonly<
  Record<number, [number, (cursor: HeaderCursor) => number | boolean | string]>
> = {
  0: [1, ({ u8 }) => u8()],
  1: [1, ({ i8 }) => i8()],
  2: [2, ({ u16 }) => u16()],
  3: [2, ({ i16 }) => i16()],
  4: [4, ({ u32 }) => u32()],
  5: [4, ({ i32 }) => i32()],
  6: [4, ({ f32 }) => f32()],
  7: [1, ({ u8 }) => u8() !== 0],
  8: [8, ({ text }) => text()],
  10: [8, ({ u64 }) => u64()],
  11: [8, ({ i64 }) => i64()],
  12: [8, ({ f64 }) => f64()],
};

interface Place {
  path: string;
  key: string;
}

function readValue(cursor: HeaderCursor, type: number, place: Place): GgufValue {
  if (type !== ARRAY) return kindOf(type, place)[1](cursor);
  const [leastBytes, read] = kindOf(cursor.u32(), place);
  const count = cursor.count(`elements of "${place.key}"`, leastBytes);
  const values: (number | boolean | string)[] = [];
  for (let i = 0; i < count; i++) values.push(read(cursor));
  return values;
}

function kindOf(type: number, { path, key }: Place) {
  const kind = VALUES[type];
  if (kind !== undefined) return kind;
  throw ggufError(
    'gguf-header',
    path,
    `the metadata value "${key}" has the unknown type ${type}; the file is damaged, or newer than this program`,
  );
}

function alignmentOf(metadata: ReadonlyMap<string, GgufValue>, path: string): number {
  const alignment = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  if (typeof alignment === 'number' && alignment >= 8 && alignment % 8 === 0) return alignment;
  throw ggufError(
    'gguf-header',
    path,
    `"general.alignment" is ${JSON.stringify(alignment)}, no multiple of 8`,
  );
}

/** A tensor as its header says it; the offset counts from where the data begins. */
interface Entry {
  name: string;
  shape: number[];
  type: GgmlType;
  bytes: number;
  offset: number;
}

function readTensors(
  cursor: HeaderCursor,
  count: number,
  { path, alignment }: { path: string; alignment: number },
): Map<string, GgufTensor> {
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) entries.push(readEntry(cursor, path));
  const data = Math.ceil(cursor.offset() / alignment) * alignment;
  const tensors = new Map<string, GgufTensor>();
  for (const { name, shape, type, bytes, offset } of entries) {
    if (tensors.has(name)) throw ggufError('gguf-header', path, `tensor "${name}" is there twice`);
    tensors.set(name, { shape, type, start: data + offset, end: data + offset + bytes });
  }
  refuseMisplaced(tensors, path, cursor.size);
  return tensors;
}

const MAX_DIMENSIONS = 4;

function readEntry(cursor: HeaderCursor, path: string): Entry {
  const name = cursor.text();
  const dimensions = cursor.u32();
  if (dimensions > MAX_DIMENSIONS) {
    throw ggufError(
      'gguf-header',
      path,
      `tensor "${name}" has ${dimensions} dimensions; 4 are possible`,
    );
  }
  const shape = Array.from({ length: dimensions }, () => cursor.u64()).reverse();
  const id = cursor.u32();
  const offset = cursor.u64();
  const type = GGML_TYPES.get(id);
  if (type === undefined) {
    const known = [...GGML_TYPES.values()].map((one) => one.name).join(', ');
    throw ggufError(
      'gguf-type',
      path,
      `tensor "${name}" is of type ${ggmlTypeName(id)}, which is not read; take a file with ${known}`,
    );
  }
  const count = shape.reduce((product, size) => product * size, 1);
  const bytes = (count / type.values) * type.bytes;
  if (
    !Number.isSafeInteger(count) ||
    !Number.isSafeInteger(bytes) ||
    (shape.at(-1) ?? 1) % type.values !== 0
  ) {
    throw ggufError(
      'gguf-header',
      path,
      `tensor "${name}" of type ${type.name} cannot have the shape [${shape.join(', ')}]`,
    );
  }
  return { name, shape, type, bytes, offset };
}

function refuseMisplaced(
  tensors: ReadonlyMap<string, GgufTensor>,
  path: string,
  size: number,
): void {
  let last: [string, GgufTensor] | null = null;
  for (const [name, tensor] of [...tensors].sort(([, a], [, b]) => a.start - b.start)) {
    if (tensor.end > size) {
      throw ggufError(
        'gguf-truncated',
        path,
        `the file is cut short: tensor "${name}" ends at byte ${tensor.end}, the file has ${size}; copy or download it again`,
      );
    }
    if (last !== null && tensor.start < last[1].end) {
      throw ggufError(
        'gguf-header',
        path,
        `tensors "${last[0]}" and "${name}" overlap; do not use this file`,
      );
    }
    last = [name, tensor];
  }
}
