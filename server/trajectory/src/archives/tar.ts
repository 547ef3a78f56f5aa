/** A file in a tar archive; `isCut`: its end is missing. */
export interface TarEntry {
  name: string;
  bytes: Uint8Array;
  isCut: boolean;
}

const BLOCK = 512;
const NAME = { start: 0, length: 100 };
const SIZE = { start: 124, length: 12 };
const CHECKSUM = { start: 148, length: 8 };
const TYPE = 156;
const MAGIC = { start: 257, length: 6 };
const PREFIX = { start: 345, length: 155 };

/** Whether the bytes begin with a header of a tar archive, of any age. */
export function isTar(bytes: Uint8Array): boolean {
  return bytes.length >= BLOCK && bytes[0] !== 0 && isHeader(bytes.subarray(0, BLOCK));
}

/** The files of a tar archive (POSIX, GNU or older), up to its end or to where it is broken. */
export function* tarEntries(bytes: Uint8Array): Iterable<TarEntry> {
  let longName: string | null = null;
  for (let at = 0; at + BLOCK <= bytes.length;) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header[0] === 0 || !isHeader(header)) return;
    const size = sizeOf(header);
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    const type = String.fromCharCode(header[TYPE]!);
    if (type === 'x') longName = paxPath(content) ?? longName;
    else if (type === 'L') longName = textOf(content);
    else if (type !== 'g' && type !== 'K') {
      const name = longName ?? nameOf(header);
      longName = null;
      const isFile = type === '0' || type === '\0' || type === '7';
      if (isFile) yield { name, bytes: content, isCut: content.length < size };
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}

/** The sum of all bytes of the header, its own field counted as spaces. */
function isHeader(header: Uint8Array): boolean {
  const own = header.subarray(CHECKSUM.start, CHECKSUM.start + CHECKSUM.length);
  const stated = parseInt(textOf(own).trim(), 8);
  let sum = CHECKSUM.length * 32;
  for (const byte of header) sum += byte;
  for (const byte of own) sum -= byte;
  return sum === stated;
}

function nameOf(header: Uint8Array): string {
  const name = field(header, NAME);
  const isPosix = field(header, MAGIC) === 'ustar';
  const prefix = isPosix ? field(header, PREFIX) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** In octal digits, or in binary where these do not suffice. */
function sizeOf(header: Uint8Array): number {
  if ((header[SIZE.start]! & 0x80) === 0) return Math.max(0, parseInt(field(header, SIZE), 8) || 0);
  let size = 0;
  for (let i = 1; i < SIZE.length; i += 1) size = size * 256 + header[SIZE.start + i]!;
  return size;
}

/** `path` of an extended header, whose lines are `length key=value`. */
function paxPath(content: Uint8Array): string | null {
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(32, at);
    const length = space < 0 ? 0 : parseInt(textOf(content.subarray(at, space)), 10);
    if (!(length > 0)) return null;
    const line = textOf(content.subarray(space + 1, at + length));
    if (line.startsWith('path=')) return line.slice('path='.length).trimEnd();
    at += length;
  }
  return null;
}

function field(header: Uint8Array, { start, length }: { start: number; length: number }): string {
  return textOf(header.subarray(start, start + length)).trim();
}

/** Up to the first zero. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
