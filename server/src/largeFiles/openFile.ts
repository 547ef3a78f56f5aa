import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { openContents, utf8Text, type ByteReader, type OpenContent } from '@deepcoder/trajectory';

/** A file on the disk that is read here and there: its text, of an archive those of the files in it. */
export interface OpenFile {
  readonly parts: readonly OpenPart[];
  close(): Promise<void>;
}

interface OpenPart {
  /** Where it lies in an archive; null: it is the file. */
  name: string | null;
  fileName: string;
  reader: ByteReader;
}

/** Throws where nothing in it can be read. */
export async function openFile(file: string): Promise<OpenFile> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const contents = await openContents(byteReader(handle, size), path.basename(file));
    const parts = contents.filter((one) => 'reader' in one);
    if (parts.length === 0) throw new Error(reasonsOf(contents));
    return { parts, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The texts of a file that is not larger, all of them together; throws where none can be read. */
export async function readPartTexts(file: string, mostBytes: number): Promise<PartText[] | null> {
  const opened = await openFile(file);
  try {
    const texts: PartText[] = [];
    let left = mostBytes;
    for (const { name, fileName, reader } of opened.parts) {
      // Of one that is packed in a way of its own the size is known when it was read.
      const bytes = await reader.read(0, left + 1);
      left -= bytes.length;
      if (left < 0) return null;
      texts.push({ name, fileName, text: utf8Text(bytes) });
    }
    return texts;
  } finally {
    await opened.close();
  }
}

export interface PartText {
  name: string | null;
  fileName: string;
  text: string;
}

function reasonsOf(contents: readonly OpenContent[]): string {
  const told = contents.map((one) => ('refused' in one ? one.refused : ''));
  return told.length === 0 ? 'there is nothing in it' : [...new Set(told)].join('; ');
}

function byteReader(handle: FileHandle, size: number): ByteReader {
  return {
    size,
    read: (offset, length, buffer) =>
      readBytes(handle, offset, { length: Math.min(length, size - offset), buffer }),
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
