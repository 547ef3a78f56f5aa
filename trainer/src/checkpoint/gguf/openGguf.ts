import { open, type FileHandle } from 'node:fs/promises';
import { ggufError } from '../../gguf/ggufError.ts';
import { type GgufFile, type GgufTensor, readGguf } from '../../gguf/readGguf.ts';
import { lookup } from '../../gguf/ggufMetadata.ts';
import { allFinite } from '../floatFormats.ts';
import { elementCount, known, type TensorSource } from '../tensorSource.ts';
import { DEQUANTISE } from './dequantise.ts';
import { ggufConfig, ggufFamily, type GgufFamily, parameterName } from './ggufFamilies.ts';
import { headRows } from './headRows.ts';

/** A GGUF file as a checkpoint would have it: names, shapes and values of the Hub's layout. */
interface GgufWeights extends TensorSource {
  /** What `config.json` would say. */
  config: Record<string, unknown>;
  read(name: string): Promise<Float32Array>;
}

/** Reads the header of a GGUF file; its tensors are read and dequantised one at a time. */
export function openGguf(path: string): GgufWeights {
  const file = readGguf(path);
  const family = ggufFamily(file);
  const config = ggufConfig(file, family);
  const tensors = new Map<string, { own: string; tensor: GgufTensor }>();
  for (const [own, tensor] of file.tensors) {
    const name = parameterName(own, family);
    if (name !== null) tensors.set(name, { own, tensor });
  }
  return {
    config,
    names: [...tensors.keys()],
    shape: (name) => known(tensors, name).tensor.shape,
    read: async (name) => {
      const { own, tensor } = known(tensors, name);
      const values = await readTensor(path, own, tensor);
      const heads = headsOf(own, file, family);
      if (heads === null) return values;
      return headRows(values, { rows: tensor.shape[0]!, heads, to: 'hub' });
    },
  };
}

/** About so many bytes are read and converted at a time. */
const CHUNK_BYTES = 1 << 22;

async function readTensor(path: string, name: string, tensor: GgufTensor): Promise<Float32Array> {
  const { shape, start, end, type } = tensor;
  const values = new Float32Array(elementCount(shape));
  const step = Math.max(1, Math.floor(CHUNK_BYTES / type.bytes)) * type.bytes;
  const chunk = new Uint8Array(Math.min(step, end - start));
  const handle = await open(path);
  try {
    for (let at = start; at < end; at += step) {
      const bytes = chunk.subarray(0, Math.min(step, end - at));
      await fill(handle, bytes, { position: at, path, name });
      const first = ((at - start) / type.bytes) * type.values;
      const count = (bytes.length / type.bytes) * type.values;
      DEQUANTISE[type.name](bytes, values.subarray(first, first + count));
    }
  } finally {
    await handle.close();
  }
  if (allFinite(values)) return values;
  throw ggufError(
    'checkpoint-not-finite',
    path,
    `tensor "${name}" holds values that are not finite; copy or download the file again`,
  );
}

async function fill(
  handle: FileHandle,
  bytes: Uint8Array,
  { position, path, name }: { position: number; path: string; name: string },
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) {
      throw ggufError(
        'gguf-truncated',
        path,
        `the file ended in tensor "${name}" while it was read; copy or download it again`,
      );
    }
    done += bytesRead;
  }
}

/** The number of heads whose rows llama.cpp's converter has moved; null where it has not. */
function headsOf(name: string, file: GgufFile, { isPermuted }: GgufFamily): number | null {
  const [, part] = /^blk\.\d+\.attn_([qk])\.(?:weight|bias)$/.exec(name) ?? [];
  if (!isPermuted || part === undefined) return null;
  const meta = lookup(file);
  const key = `${meta.neededText('general.architecture')}.attention.head_count`;
  const queries = meta.neededNumber(key);
  return part === 'q' ? queries : (meta.number(`${key}_kv`) ?? queries);
}
