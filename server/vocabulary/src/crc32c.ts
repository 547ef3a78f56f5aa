/** Castagnoli polynomial 0x1EDC6F41, reflected. */
const POLYNOMIAL = 0x82f63b78;

/** Bytes at a time. */
const SLICE = 16;

/** Entry 256 n + b: the remainder of byte b with n bytes of zero behind it. */
const TABLE = makeTable();

const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * CRC-32C (RFC 3720, appendix B.4) of bytes: reflected, started and ended with all ones. Of 32 zero
 * bytes it is 8a9136aa. Sixteen bytes at a time ("slicing"), since indices of metrics are tens of MB: by
 * words, and with one table, since 8 loads of bytes and 16 tables take twice as long.
 */
export function crc32c(bytes: Uint8Array): number {
  const lead = Math.min(bytes.length, (4 - (bytes.byteOffset % 4)) % 4);
  const slices = IS_LITTLE_ENDIAN ? Math.floor((bytes.length - lead) / SLICE) : 0;
  let crc = byByte(-1, bytes.subarray(0, lead));
  if (slices > 0)
    crc = byWord(crc, new Int32Array(bytes.buffer, bytes.byteOffset + lead, 4 * slices));
  return ~byByte(crc, bytes.subarray(lead + slices * SLICE)) >>> 0;
}

function byByte(before: number, bytes: Uint8Array): number {
  let crc = before;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return crc;
}

function byWord(before: number, words: Int32Array): number {
  const t = TABLE;
  let crc = before;
  for (let i = 0; i < words.length; i += 4) {
    const a = crc ^ words[i]!;
    const b = words[i + 1]!;
    const c = words[i + 2]!;
    const d = words[i + 3]!;
    crc =
      t[0xf00 | (a & 0xff)]! ^
      t[0xe00 | ((a >>> 8) & 0xff)]! ^
      t[0xd00 | ((a >>> 16) & 0xff)]! ^
      t[0xc00 | (a >>> 24)]! ^
      t[0xb00 | (b & 0xff)]! ^
      t[0xa00 | ((b >>> 8) & 0xff)]! ^
      t[0x900 | ((b >>> 16) & 0xff)]! ^
      t[0x800 | (b >>> 24)]! ^
      t[0x700 | (c & 0xff)]! ^
      t[0x600 | ((c >>> 8) & 0xff)]! ^
      t[0x500 | ((c >>> 16) & 0xff)]! ^
      t[0x400 | (c >>> 24)]! ^
      t[0x300 | (d & 0xff)]! ^
      t[0x200 | ((d >>> 8) & 0xff)]! ^
      t[0x100 | ((d >>> 16) & 0xff)]! ^
      t[d >>> 24]!;
  }
  return crc;
}

function makeTable(): Int32Array {
  const table = new Int32Array(SLICE * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    table[byte] = crc;
  }
  for (let i = 256; i < table.length; i++) {
    const before = table[i - 256]!;
    table[i] = table[before & 0xff]! ^ (before >>> 8);
  }
  return table;
}
