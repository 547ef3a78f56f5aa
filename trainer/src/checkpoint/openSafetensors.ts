import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

import { checkpointError, faultsMessage } from './checkpointError.ts';
import { systemCode } from '../disk/systemCode.ts';
import { allFinite, BYTES_PER_FLOAT, HALF_FORMATS, type FloatDtype } from './floatFormats.ts';
import {
  MAX_HEADER_BYTES,
  parseHeader,
  type SafetensorsHeader,
  type TensorEntry,
} from './safetensorsHeader.ts';
import { elementCount, known, type TensorSource } from './tensorSource.ts';

export interface SafetensorsFile extends TensorSource {
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  dtype(name: string): string;
  /** Streams one tensor; refuses integers, NaN and infinities. */
  read(name: string): Promise<Float32Array>;
}

/** Reads and validates the header. Each read reopens the file, so there is nothing to close. */
export async function openSafetensors(file: string): Promise<SafetensorsFile> {
  const { metadata, entries } = await withFile(file, (handle) => readHeader(handle, file));
  return {
    path: file,
    metadata,
    names: [...entries.keys()],
    shape: (name) => known(entries, name).shape,
    dtype: (name) => known(entries, name).dtype,
    read: (name) =>
      withFile(file, async (handle) => {
        const values = await readTensor(handle, known(entries, name), tensorPlace(file, name));
        if (allFinite(values)) return values;
        throw nonFinite(file, name, values);
      }),
  };
}

export function isFloatDtype(dtype: string): dtype is FloatDtype {
  return Object.hasOwn(BYTES_PER_FLOAT, dtype);
}

async function withFile<T>(file: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  let handle: FileHandle;
  try {
    handle = await open(file);
  } catch (error) {
    const reason = systemCode(error) === 'ENOENT' ? 'no such file' : 'cannot be opened';
    throw checkpointError(
      'checkpoint-unreadable',
      `checkpoint ${file}: ${reason}; check the path and that every shard was copied`,
      error,
    );
  }
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

async function readHeader(handle: FileHandle, file: string): Promise<SafetensorsHeader> {
  const { size } = await handle.stat();
  const prefix = Buffer.alloc(8);
  if (size < 8) throw truncated(file, `it has ${size} bytes, a header takes 8 and more`);
  await fill(handle, prefix, 0, file);
  const headerBytes = Number(prefix.readBigUInt64LE());
  if (headerBytes > MAX_HEADER_BYTES) {
    throw checkpointError(
      'checkpoint-header',
      `checkpoint ${file}: its first 8 bytes give a header of ${headerBytes} bytes; this is no safetensors file`,
    );
  }
  if (8 + headerBytes > size) {
    throw truncated(file, `the header wants ${headerBytes} bytes, the file has ${size}`);
  }
  const text = Buffer.alloc(headerBytes);
  await fill(handle, text, 8, file);
  const { header, faults } = parseHeader(text.toString('utf8'), {
    start: 8 + headerBytes,
    end: size,
  });
  if (faults.length === 0) return header;
  const pastEnd = [...header.entries.values()].some((entry) => entry.end > size);
  if (pastEnd) throw truncated(file, faults[0]!);
  throw checkpointError(
    'checkpoint-header',
    faultsMessage(file, faults, 'copy or download the file again'),
  );
}

/** Bytes that are read and converted at a time. */
const CHUNK_BYTES = 1 << 22;

async function readTensor(
  handle: FileHandle,
  entry: TensorEntry,
  place: string,
): Promise<Float32Array> {
  const { dtype, shape, start, end } = entry;
  if (!isFloatDtype(dtype)) {
    throw checkpointError(
      'checkpoint-dtype',
      `checkpoint ${place}: dtype ${dtype} cannot be read as weights; save it as F32, F16 or BF16`,
    );
  }
  const values = new Float32Array(elementCount(shape));
  if (dtype === 'F32') {
    await fill(handle, new Uint8Array(values.buffer), start, place);
    return values;
  }
  const chunk = new Uint8Array(Math.min(CHUNK_BYTES, end - start));
  for (let at = start; at < end; at += CHUNK_BYTES) {
    const bytes = chunk.subarray(0, Math.min(CHUNK_BYTES, end - at));
    await fill(handle, bytes, at, place);
    const halves = new Uint16Array(bytes.buffer, 0, bytes.length / 2);
    HALF_FORMATS[dtype].decode(halves, values.subarray((at - start) / 2));
  }
  return values;
}

/** Reads until `bytes` is full; the system gives at most 2 GiB at once. */
async function fill(
  handle: FileHandle,
  bytes: Uint8Array,
  position: number,
  place: string,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const length = Math.min(bytes.length - done, 1 << 30);
    const { bytesRead } = await handle.read(bytes, done, length, position + done);
    if (bytesRead === 0)
      throw truncated(place, `it ended at byte ${position + done} while it was read`);
    done += bytesRead;
  }
}

function tensorPlace(file: string, name: string): string {
  return `${path.basename(file)}: tensor "${name}"`;
}

function truncated(place: string, detail: string): Error {
  return checkpointError(
    'checkpoint-truncated',
    `checkpoint ${place}: the file is cut short (${detail}); copy or download it again`,
  );
}

function nonFinite(file: string, name: string, values: Float32Array): Error {
  const first = values.findIndex((value) => !Number.isFinite(value));
  return checkpointError(
    'checkpoint-not-finite',
    `checkpoint ${file}: tensor "${name}" holds ${values[first]!} at element ${first}; ` +
      'the training that wrote it had diverged, take an earlier checkpoint',
  );
}
