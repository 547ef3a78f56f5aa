import { deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  name: string;
  content: string;
  /** 8: deflated, 0: as it is, others are only claimed. */
  method?: number;
  /** What the archive's list says of the unpacked size, where it is not the truth. */
  claimedSize?: number;
}

/** A zip archive, written by hand, so that it can lie. */
export function zip(entries: readonly ZipEntry[]): Uint8Array {
  const locals: Buffer[] = [];
  const list: Buffer[] = [];
  let offset = 0;
  for (const { name, content, method = 8, claimedSize } of entries) {
    const bytes = Buffer.from(content);
    const packed = method === 8 ? deflateRawSync(bytes, { level: 9 }) : bytes;
    const common = commonHeader({ method, bytes, packed, size: claimedSize ?? bytes.length, name });
    const local = Buffer.concat([u32(0x04034b50), common, Buffer.from(name), packed]);
    const more = Buffer.concat([u16(0), u16(0), u16(0), u32(0), u32(offset)]);
    list.push(Buffer.concat([u32(0x02014b50), u16(20), common, more, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const size = list.reduce((sum, one) => sum + one.length, 0);
  const count = u16(entries.length);
  const end = [u32(0x06054b50), u16(0), u16(0), count, count, u32(size), u32(offset), u16(0)];
  return new Uint8Array(Buffer.concat([...locals, ...list, ...end]));
}

function commonHeader(of: {
  method: number;
  bytes: Buffer;
  packed: Buffer;
  size: number;
  name: string;
}): Buffer {
  return Buffer.concat([
    ...[u16(20), u16(0), u16(of.method), u16(0), u16(0)],
    ...[u32(checksum(of.bytes)), u32(of.packed.length), u32(of.size)],
    ...[u16(Buffer.byteLength(of.name)), u16(0)],
  ]);
}

function checksum(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
