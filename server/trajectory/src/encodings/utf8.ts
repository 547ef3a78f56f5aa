/** What of a file's bytes was not in its encoding. */
export interface BadBytes {
  /** The first one's offset in the file, and where the text goes on there. */
  byte: number;
  start: number;
  count: number;
  /** Nothing is wrong but that the last character is cut off. */
  isCut: boolean;
}

const MARK = [0xef, 0xbb, 0xbf];

/** Bytes of the byte order mark at the beginning: 3 or 0. */
export function markLength(bytes: Uint8Array): number {
  return MARK.every((byte, i) => bytes[i] === byte) ? MARK.length : 0;
}

/**
 * The text of UTF-8, without its byte order mark. A byte that is not UTF-8 is read as Windows-1252; a
 * character that the end cuts off is left out.
 */
export function decodeUtf8(bytes: Uint8Array): { text: string; bad: BadBytes | null } {
  const own = bytes.subarray(markLength(bytes));
  try {
    return { text: STRICT.decode(own), bad: null };
  } catch {
    const { text, bad } = decodeLeniently(own);
    return { text, bad: bad && { ...bad, byte: bad.byte + bytes.length - own.length } };
  }
}

/** The text alone, as `decodeUtf8` reads it. */
export function utf8Text(bytes: Uint8Array): string {
  return decodeUtf8(bytes).text;
}

/**
 * Some of a text, for cutting and counting: where not all is UTF-8 one character a byte, so that offsets
 * in the text are those in the bytes.
 */
export function partText(bytes: Uint8Array): string {
  try {
    return STRICT.decode(withoutCutCharacter(bytes));
  } catch {
    return SINGLE_BYTES.decode(bytes);
  }
}

/** Where an offset in a part's text stands in its bytes. */
export function byteInPart(bytes: Uint8Array, text: string, offset: number): number {
  if (text.length === bytes.length) return offset;
  return new TextEncoder().encode(text.slice(0, offset)).length;
}

const LONGEST = 4;

function withoutCutCharacter(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  for (let at = length - 1; at >= Math.max(0, length - LONGEST); at -= 1) {
    const byte = bytes[at]!;
    if (byte < 0x80) return bytes;
    if (byte >= 0xc0) return characterLength(bytes, at) < 0 ? bytes.subarray(0, at) : bytes;
  }
  return bytes;
}

const SINGLE_BYTES = new TextDecoder('windows-1252');

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LENIENT = new TextDecoder('utf-8', { ignoreBOM: true });

function decodeLeniently(bytes: Uint8Array): { text: string; bad: BadBytes | null } {
  const found = badOffsets(bytes);
  const [first] = found.offsets;
  const kept = bytes.subarray(0, found.end);
  const { isCut } = { isCut: first === undefined && found.end < bytes.length };
  if (first === undefined) {
    const text = LENIENT.decode(kept);
    const count = bytes.length - found.end;
    return { text, bad: isCut ? { byte: found.end, start: text.length, count, isCut } : null };
  }
  const start = LENIENT.decode(kept.subarray(0, first)).length;
  const text = LENIENT.decode(replaced(kept, found.offsets));
  return { text, bad: { byte: first, start, count: found.offsets.length, isCut } };
}

/** The bytes with each bad one in UTF-8 as the character that Windows-1252 has for it. */
function replaced(bytes: Uint8Array, offsets: readonly number[]): Uint8Array {
  const made = new Uint8Array(bytes.length + 2 * offsets.length);
  let from = 0;
  let to = 0;
  for (const at of offsets) {
    made.set(bytes.subarray(from, at), to);
    to += at - from;
    const character = WINDOWS_1252[bytes[at]! - 0x80]!;
    made.set(character, to);
    to += character.length;
    from = at + 1;
  }
  made.set(bytes.subarray(from), to);
  return made.subarray(0, to + bytes.length - from);
}

/** What it has where Latin-1 has control characters. Node's decoder of that name decodes Latin-1. */
const FROM_80_TO_9F = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
const WINDOWS_1252 = Array.from({ length: 128 }, (_, i) =>
  new TextEncoder().encode(FROM_80_TO_9F[i] ?? String.fromCharCode(0x80 + i)),
);

/** Offsets of the bytes that are in no character; `end`: where a character begins that the end cuts off. */
function badOffsets(bytes: Uint8Array): { offsets: number[]; end: number } {
  const offsets: number[] = [];
  const { length } = bytes;
  for (let at = 0; at < length;) {
    const lead = bytes[at]!;
    if (lead < 0x80) {
      at += 1;
      continue;
    }
    const size = characterLength(bytes, at);
    if (size > 0) at += size;
    else if (size < 0) return { offsets, end: at };
    else {
      offsets.push(at);
      at += 1;
    }
  }
  return { offsets, end: length };
}

/** Of the character at `at`: 0 where there is none, -1 where the bytes end within it. */
function characterLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  for (let i = 1; i < size; i += 1) {
    const byte = bytes[at + i];
    if (byte === undefined) return -1;
    const [low, high] = i === 1 ? secondByte(lead) : [0x80, 0xbf];
    if (byte < low || byte > high) return 0;
  }
  return size;
}

/** No overlong forms, no surrogates, nothing beyond U+10FFFF. */
function secondByte(lead: number): readonly [number, number] {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  if (lead === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}
