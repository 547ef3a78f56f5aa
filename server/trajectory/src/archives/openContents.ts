import type { ByteReader } from '../byteReader.ts';
import { contentsOf, MOST_BYTES, type Content } from './contents.ts';
import { decodeText } from '../encodings/decodeText.ts';
import { isBinary } from '../encodings/isBinary.ts';
import { memoryReader } from './memoryReader.ts';
import { megabytes } from './refusal.ts';
import { rowGroupsReader } from './rowGroupsReader.ts';
import { utf16Order } from '../encodings/utf16.ts';
import { markLength } from '../encodings/utf8.ts';

/**
 * A file, or one in an archive, for reading its text here and there: bytes of it in UTF-8 without a byte
 * order mark, in which positions count. Bytes that are not UTF-8 may be in a file that is read where it is.
 */
export type OpenContent = { name: string | null; fileName: string } & (
  { reader: ByteReader } | { refused: string }
);

/** A file of any size is read where it is; what is packed or in UTF-16 is held in memory, which is bounded. */
export async function openContents(file: ByteReader, fileName: string): Promise<OpenContent[]> {
  const opened: OpenContent[] = [];
  for await (const content of contentsOf(file, fileName)) {
    const { name, fileName: own } = content;
    opened.push({ name, fileName: own, ...(await readerOf(content, file)) });
  }
  return opened;
}

const HEAD = 1 << 16;

async function readerOf(
  content: Content,
  file: ByteReader,
): Promise<{ reader: ByteReader } | { refused: string }> {
  switch (content.kind) {
    case 'refused':
      return { refused: content.reason };
    case 'text':
      return { reader: textReader(content.text) };
    case 'rows':
      return { reader: rowGroupsReader(content.table) };
    case 'bytes':
      return decoded(content.bytes);
    case 'file':
      return readInPlace(file);
  }
}

async function readInPlace(
  file: ByteReader,
): Promise<{ reader: ByteReader } | { refused: string }> {
  const head = await file.read(0, HEAD);
  if (utf16Order(head) !== null) {
    if (file.size > MOST_BYTES) {
      const size = `${megabytes(file.size)} MB of UTF-16, at most ${megabytes(MOST_BYTES)} are read`;
      return { refused: `it has ${size}; save it as UTF-8` };
    }
    return decoded(await file.read(0, file.size));
  }
  if (isBinary(head)) return { refused: 'it is binary' };
  const mark = markLength(head);
  return { reader: mark === 0 ? file : behind(file, mark) };
}

function decoded(bytes: Uint8Array): { reader: ByteReader } | { refused: string } {
  const read = decodeText(bytes);
  if ('refused' in read) return read;
  const isAsItIs = read.problems.length === 0 && utf16Order(bytes) === null;
  return {
    reader: isAsItIs ? memoryReader(bytes.subarray(markLength(bytes))) : textReader(read.text),
  };
}

function textReader(text: string): ByteReader {
  return memoryReader(new TextEncoder().encode(text));
}

function behind(file: ByteReader, mark: number): ByteReader {
  return {
    get size() {
      return file.size - mark;
    },
    read: (offset, length, buffer) => file.read(offset + mark, length, buffer),
  };
}
