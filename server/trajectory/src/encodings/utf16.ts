import type { BadBytes } from './utf8.ts';

type ByteOrder = 'little' | 'big';

/** What is looked at where there is no byte order mark. */
const HEAD = 4096;
/** Text in a Latin script has a zero in nearly every unit, and nowhere else. */
const MOST_ZEROS = 0.6;
const FEW_ZEROS = 0.05;
const LEAST_UNITS = 8;

/** The byte order of UTF-16, by its mark or where it is clear; null for anything else. */
export function utf16Order(bytes: Uint8Array): ByteOrder | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'little';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'big';
  const units = Math.min(HEAD, bytes.length) >> 1;
  if (units < LEAST_UNITS) return null;
  const [even, odd] = zeroShares(bytes, units);
  if (odd >= MOST_ZEROS && even <= FEW_ZEROS) return isText(bytes, units, 0) ? 'little' : null;
  if (even >= MOST_ZEROS && odd <= FEW_ZEROS) return isText(bytes, units, 1) ? 'big' : null;
  return null;
}

function zeroShares(bytes: Uint8Array, units: number): [number, number] {
  let [even, odd] = [0, 0];
  for (let at = 0; at < 2 * units; at += 2) {
    if (bytes[at] === 0) even += 1;
    if (bytes[at + 1] === 0) odd += 1;
  }
  return [even / units, odd / units];
}

/** Small numbers of two bytes look alike: their low bytes are no letters. */
function isText(bytes: Uint8Array, units: number, low: number): boolean {
  for (let at = low; at < 2 * units; at += 2) {
    const code = bytes[at]!;
    const isControl = code < 32 && code !== 9 && code !== 10 && code !== 13 && code !== 27;
    if (isControl && bytes[at ^ 1] === 0 && code !== 0) return false;
  }
  return true;
}

/** The text without its byte order mark; a lone surrogate and a last single byte are left out. */
export function decodeUtf16(
  bytes: Uint8Array,
  order: ByteOrder,
): { text: string; bad: BadBytes | null } {
  const name = order === 'little' ? 'utf-16le' : 'utf-16be';
  const hasMark = bytes[0] === (order === 'little' ? 0xff : 0xfe) && bytes[0] + bytes[1]! === 0x1fd;
  const own = bytes.subarray(hasMark ? 2 : 0, bytes.length);
  try {
    return { text: new TextDecoder(name, { fatal: true, ignoreBOM: true }).decode(own), bad: null };
  } catch {
    return decodeUnits(own, order, hasMark ? 2 : 0);
  }
}

function decodeUnits(
  bytes: Uint8Array,
  order: ByteOrder,
  offset: number,
): { text: string; bad: BadBytes | null } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = bytes.length & ~1;
  const kept = new Uint16Array(end >> 1);
  let count = 0;
  let bad: BadBytes | null = null;
  const leaveOut = (at: number): void => {
    bad = bad
      ? { ...bad, count: bad.count + 1 }
      : { byte: at + offset, start: count, count: 1, isCut: true };
  };
  for (let at = 0; at < end; at += 2) {
    const unit = view.getUint16(at, order === 'little');
    if (unit < 0xd800 || unit > 0xdfff) {
      kept[count++] = unit;
      continue;
    }
    const next = at + 2 < end ? view.getUint16(at + 2, order === 'little') : 0;
    if (unit < 0xdc00 && next >= 0xdc00 && next <= 0xdfff) {
      kept[count++] = unit;
      kept[count++] = next;
      at += 2;
    } else leaveOut(at);
  }
  if (end < bytes.length) leaveOut(end);
  // As bytes in the machine's order, which is little wherever Node runs.
  const units = new Uint8Array(kept.buffer, 0, 2 * count);
  return { text: new TextDecoder('utf-16le', { ignoreBOM: true }).decode(units), bad };
}
