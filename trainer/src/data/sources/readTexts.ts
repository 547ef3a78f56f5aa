import { readTexts, type ByteReader, type FileText } from '@deepcoder/trajectory';
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';

/** The texts of a trajectory file: one, or one for each file in an archive; or why they cannot be had. */
export async function* textsOf(path: string): AsyncGenerator<FileText> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(path);
    yield* readTexts(await byteReader(handle), basename(path));
  } catch (cause) {
    const refused = cause instanceof Error ? cause.message : String(cause);
    yield { name: null, fileName: basename(path), refused };
  } finally {
    await handle?.close();
  }
}

/** `file`, or `archive!file` of one in an archive. */
export function textName(file: string, { name }: FileText): string {
  return name === null ? file : `${file}!${name}`;
}

async function byteReader(handle: FileHandle): Promise<ByteReader> {
  const { size } = await handle.stat();
  return {
    size,
    async read(offset, length) {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(
          bytes,
          filled,
          bytes.length - filled,
          offset + filled,
        );
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    },
  };
}
