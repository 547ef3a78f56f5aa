import { fstatSync, readSync } from 'node:fs';
import { ggufError } from './ggufError.ts';

/** Reads a header value by value, little-endian. Everything that a length promises is checked against the file. */
export interface HeaderCursor {
  /** Of the next byte, from the start of the file. */
  offset: () => number;
  size: number;
  u8: () => number;
  i8: () => number;
  u16: () => number;
  i16: () => number;
  u32: () => number;
  i32: () => number;
  f32: () => number;
  f64: () => number;
  i64: () => number;
  u64: () => number;
  text: () => string;
  /** A number of things of which each takes at least so many bytes. */
  count: (what: string, leastBytes: number) => number;
}

const CHUNK = 1 << 20;

export function headerCursor(fd: number, file: string): HeaderCursor {
  const { size } = fstatSync(fd);
  let chunk = Buffer.alloc(0);
  let start = 0;
  let at = 0;
  /** The place in `chunk` of the next `bytes` bytes. */
  const take = (bytes: number): number => {
    if (at + bytes > size) throw cutShort(file, size);
    if (at + bytes > start + chunk.length) {
      chunk = Buffer.alloc(Math.min(Math.max(CHUNK, bytes), size - at));
      start = at;
      fill(fd, chunk, at, file);
    }
    at += bytes;
    return at - bytes - start;
  };
  const u64 = (): number => {
    const place = take(8);
    return Number(chunk.readBigUInt64LE(place));
  };
  const sized =
    (bytes: number, read: (place: number) => number): (() => number) =>
    () =>
      read(take(bytes));
  return {
    offset: () => at,
    size,
    u8: sized(1, (place) => chunk.readUInt8(place)),
    i8: sized(1, (place) => chunk.readInt8(place)),
    u16: sized(2, (place) => chunk.readUInt16LE(place)),
    i16: sized(2, (place) => chunk.readInt16LE(place)),
    u32: sized(4, (place) => chunk.readUInt32LE(place)),
    i32: sized(4, (place) => chunk.readInt32LE(place)),
    f32: sized(4, (place) => chunk.readFloatLE(place)),
    f64: sized(8, (place) => chunk.readDoubleLE(place)),
    i64: sized(8, (place) => Number(chunk.readBigInt64LE(place))),
    u64,
    text: () => {
      const length = u64();
      if (length > size - at) throw liar(file, `a text of ${length} bytes`, size);
      const place = take(length);
      return chunk.toString('utf8', place, place + length);
    },
    count: (what, leastBytes) => {
      const count = u64();
      if (count * leastBytes > size - at) throw liar(file, `${count} ${what}`, size);
      return count;
    },
  };
}

function fill(fd: number, bytes: Buffer, position: number, file: string): void {
  for (let done = 0; done < bytes.length;) {
    const read = readSync(fd, bytes, done, bytes.length - done, position + done);
    if (read === 0) throw cutShort(file, position + done);
    done += read;
  }
}

function cutShort(file: string, size: number): Error {
  return ggufError(
    'gguf-truncated',
    file,
    `the file is cut short: its header goes on past its ${size} bytes; copy or download it again`,
  );
}

function liar(file: string, what: string, size: number): Error {
  return ggufError(
    'gguf-header',
    file,
    `its header promises ${what}, which cannot be in a file of ${size} bytes; copy or download it again`,
  );
}
