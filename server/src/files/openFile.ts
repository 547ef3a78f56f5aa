import { open, type FileHandle } from 'node:fs/promises';
import type { ByteReader } from '@deepcoder/trajectory';

/** A file on the disk that is read here and there. */
export interface OpenFile extends ByteReader {
  close(): Promise<void>;
}

export async function openFile(path: string): Promise<OpenFile> {
  const handle = await open(path, 'r');
  const { size } = await handle.stat();
  return {
    size,
    read: (offset, length) => readBytes(handle, offset, Math.min(length, size - offset)),
    close: () => handle.close(),
  };
}

async function readBytes(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  if (length <= 0) return new Uint8Array();
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
