import { readTexts, type ByteReader, type FileText } from '@deepcoder/trajectory';

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function readerOf(bytes: Uint8Array): ByteReader {
  return {
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
}

export async function textsIn(
  bytes: Uint8Array,
  fileName = 'file',
  mostBytes?: number,
): Promise<FileText[]> {
  const texts: FileText[] = [];
  for await (const text of readTexts(readerOf(bytes), fileName, mostBytes)) texts.push(text);
  return texts;
}

/** The only text of the bytes. */
export async function textIn(bytes: Uint8Array, fileName = 'file'): Promise<string> {
  const [only, more] = await textsIn(bytes, fileName);
  if (!only || more || !('text' in only)) throw new Error(JSON.stringify([only, more]));
  return only.text;
}

export function utf16(text: string, order: 'little' | 'big', hasMark: boolean): Uint8Array {
  const bytes = Buffer.from(hasMark ? `\ufeff${text}` : text, 'utf16le');
  return new Uint8Array(order === 'little' ? bytes : bytes.swap16());
}

const BLOCK = 512;

/** A tar archive, its long names as extended headers. */
export function tar(files: readonly { name: string; content: Uint8Array }[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { name, content } of files) {
    if (name.length > 100) {
      const line = ` path=${name}\n`;
      let length = line.length;
      while (String(length).length + line.length !== length) length += 1;
      parts.push(header('pax', length, 'x'), padded(utf8(`${length}${line}`)));
    }
    parts.push(header(name.slice(0, 100), content.length, '0'), padded(content));
  }
  return concat(...parts, new Uint8Array(2 * BLOCK));
}

function header(name: string, size: number, type: string): Uint8Array {
  const bytes = Buffer.alloc(BLOCK);
  bytes.write(name, 0);
  bytes.write('0000644\0', 100);
  bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  bytes.write('        ', 148);
  bytes.write(type, 156);
  bytes.write('ustar\u000000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return new Uint8Array(bytes);
}

function padded(content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(content.length / BLOCK) * BLOCK);
  bytes.set(content);
  return bytes;
}

const RAW = 0;
const REPEATED = 1;
const MOST_IN_BLOCK = 1 << 17;

/** A Zstandard frame whose blocks hold the bytes as they are. */
export function zstd(bytes: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += MOST_IN_BLOCK) {
    const block = bytes.subarray(at, at + MOST_IN_BLOCK);
    const isLast = at + MOST_IN_BLOCK >= bytes.length;
    blocks.push(blockHeader(block.length, RAW, isLast), block);
  }
  return concat(FRAME, ...blocks);
}

/** A frame of `count` blocks of one byte that is repeated: four bytes for each 128 kB. */
export function zstdBomb(count: number): Uint8Array {
  const block = concat(blockHeader(MOST_IN_BLOCK, REPEATED, false), Uint8Array.of(97));
  const last = concat(blockHeader(1, REPEATED, true), Uint8Array.of(97));
  return concat(FRAME, ...Array.from({ length: count }, () => block), last);
}

/** Magic number; no content size, no checksum; a window of 128 kB. */
const FRAME = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 7 << 3);

function blockHeader(size: number, type: number, isLast: boolean): Uint8Array {
  const value = (size << 3) | (type << 1) | (isLast ? 1 : 0);
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, value >> 16);
}
