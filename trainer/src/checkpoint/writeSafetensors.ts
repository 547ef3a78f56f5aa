import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

import { checkpointError } from './checkpointError.ts';
import { HALF_FORMATS, type FloatDtype } from './floatFormats.ts';
import { encodeHeader } from './safetensorsHeader.ts';
import { elementCount, type TensorSource } from './tensorSource.ts';

export interface SafetensorsOptions {
  dtype: FloatDtype;
  /** Which of the tensors, in this order; default all. */
  names?: readonly string[];
}

/**
 * Writes and syncs a safetensors file, one tensor at a time. It appears under its own name at once:
 * call it inside `writeFolderAtomically`. Refuses NaN and infinities, also those that narrowing makes.
 */
export async function writeSafetensors(
  file: string,
  tensors: TensorSource,
  { dtype, names = tensors.names }: SafetensorsOptions,
): Promise<void> {
  const entries = names.map((name) => ({ name, dtype, shape: tensors.shape(name) }));
  const handle = await open(file, 'w');
  try {
    // Without this metadata transformers refuses the file.
    await writeAll(handle, encodeHeader(entries, { format: 'pt' }));
    for (const { name, shape } of entries) {
      const values = await tensors.read(name);
      if (values.length !== elementCount(shape)) {
        throw new RangeError(
          `tensor "${name}" of shape [${shape.join(', ')}] has ${values.length} elements`,
        );
      }
      await writeTensor(handle, values, dtype, `${path.basename(file)}: tensor "${name}"`);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Elements that are narrowed and written at a time. */
const CHUNK_ELEMENTS = 1 << 20;

async function writeTensor(
  handle: FileHandle,
  values: Float32Array,
  dtype: FloatDtype,
  place: string,
): Promise<void> {
  refuseNonFinite(values, dtype, place);
  if (dtype === 'F32') {
    await writeAll(handle, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return;
  }
  for (let start = 0; start < values.length; start += CHUNK_ELEMENTS) {
    const chunk = values.subarray(start, start + CHUNK_ELEMENTS);
    const halves = new Uint16Array(chunk.length);
    HALF_FORMATS[dtype].encode(chunk, halves);
    await writeAll(handle, new Uint8Array(halves.buffer));
  }
}

function refuseNonFinite(values: Float32Array, dtype: FloatDtype, place: string): void {
  const limit = dtype === 'F32' ? Infinity : HALF_FORMATS[dtype].overflow;
  // Written so that NaN is found too.
  const at = values.findIndex((value) => !(Math.abs(value) < limit));
  if (at < 0) return;
  const value = values[at]!;
  if (Number.isFinite(value)) {
    throw checkpointError(
      'weights-overflow',
      `checkpoint ${place}: ${value} at element ${at} is too large for ${dtype}; ` +
        `write F32${dtype === 'F16' ? ' or BF16' : ''}`,
    );
  }
  throw checkpointError(
    'weights-not-finite',
    `checkpoint ${place}: element ${at} is ${value}, and such weights are never written; ` +
      'go on from the last checkpoint with a lower learning rate',
  );
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const length = Math.min(bytes.length - done, 1 << 30);
    done += (await handle.write(bytes, done, length)).bytesWritten;
  }
}
