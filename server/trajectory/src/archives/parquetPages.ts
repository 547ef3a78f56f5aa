import { Refusal } from './refusal.ts';

/**
 * Walks the pages of a column chunk by their headers. In a damaged file these may lead backwards, which a
 * reader would follow for ever, or beyond the chunk; or count values that the chunk does not have.
 */
export function checkPages(chunk: Uint8Array, mostValues: number): void {
  const reader = new HeaderReader(chunk);
  while (reader.at < chunk.length - 1) {
    const { size, values } = reader.header();
    const isSound = size !== null && size >= 0 && reader.at + size <= chunk.length;
    if (!isSound || values < 0 || values > mostValues) throw new Refusal('a page of it is broken');
    reader.at += size;
  }
}

const COMPRESSED_SIZE = 3;
/** The headers of data pages of both versions and of dictionaries, each of which begins with its count. */
const OWN_HEADERS: ReadonlySet<number> = new Set([5, 7, 8]);
const VALUES = 1;
const MOST_NESTED = 8;

/** Types of Thrift's compact protocol. */
const TYPE = {
  ...{ stop: 0, yes: 1, no: 2, byte: 3, i16: 4, i32: 5, i64: 6 },
  ...{ double: 7, binary: 8, struct: 12 },
};

/** Reads page headers, of which only the size of the page and the number of its values matter. */
class HeaderReader {
  at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** Goes behind the header. `size` is null where it says none. */
  header(): { size: number | null; values: number } {
    let size: number | null = null;
    let values = 0;
    const takeValues = (id: number, type: number): boolean => {
      if (id !== VALUES || type !== TYPE.i32) return false;
      values = this.zigzag();
      return true;
    };
    this.fields(0, (id, type) => {
      if (type === TYPE.struct && OWN_HEADERS.has(id)) this.fields(1, takeValues);
      else if (type === TYPE.i32 && id === COMPRESSED_SIZE) size = this.zigzag();
      else return false;
      return true;
    });
    return { size, values };
  }

  /** `take` is asked first what it makes of a field; others are passed over. */
  private fields(depth: number, take: (id: number, type: number) => boolean): void {
    let id = 0;
    for (;;) {
      const head = this.byte();
      const type = head & 15;
      if (type === TYPE.stop) return;
      id = head >> 4 === 0 ? this.zigzag() : id + (head >> 4);
      if (!take(id, type)) this.skip(type, depth);
    }
  }

  private skip(type: number, depth: number): void {
    if (depth > MOST_NESTED) throw new Refusal('a page header of it is broken');
    if (type === TYPE.yes || type === TYPE.no) return;
    if (type === TYPE.byte) this.byte();
    else if (type === TYPE.i16 || type === TYPE.i32 || type === TYPE.i64) this.varint();
    else if (type === TYPE.double) this.pass(8);
    else if (type === TYPE.binary) this.pass(this.varint());
    else if (type === TYPE.struct) this.fields(depth + 1, () => false);
    else throw new Refusal('a page header of it is broken');
  }

  private pass(bytes: number): void {
    this.at += bytes;
  }

  private byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new Refusal('a page header of it is cut');
    this.at += 1;
    return byte;
  }

  private varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  private zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
