import { open, type FileHandle } from 'node:fs/promises';
import { isPacked, unpack, type ByteReader } from '@deepcoder/trajectory';

/** A file on the disk that is read here and there; of a packed log the text of its samples. */
export interface OpenFile extends ByteReader {
  close(): Promise<void>;
}

export async function openFile(path: string): Promise<OpenFile> {
  const handle = await open(path, 'r');
  const { size } = await handle.stat();
  if (isPacked(await readBytes(handle, 0, { length: Math.min(4, size) }))) {
    try {
      return unpacked(await readBytes(handle, 0, { length: size }));
    } finally {
      await handle.close();
    }
  }
  return {
    size,
    read: (offset, length, buffer) =>
      readBytes(handle, offset, { length: Math.min(length, size - offset), buffer }),
    close: () => handle.close(),
  };
}

/** In memory: it is bounded, and there is no reading here and there in it. */
function unpacked(bytes: Uint8Array): OpenFile {
  const { text, problem } = unpack(bytes);
  if (problem !== null) throw new Error(problem);
  const content = new TextEncoder().encode(text);
  return {
    size: content.length,
    read: (offset, length) => Promise.resolve(content.subarray(offset, offset + length)),
    close: () => Promise.resolve(),
  };
}

async function readBytes(
  handle: FileHandle,
  offset: number,
  { length, buffer }: { length: number; buffer?: Uint8Array | undefined },
): Promise<Uint8Array> {
  if (length <= 0) return new Uint8Array();
  const fits = buffer && buffer.length >= length;
  const bytes = fits ? buffer.subarray(0, length) : new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
