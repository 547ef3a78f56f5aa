import type { Problem } from '@deepcoder/vocabulary';
import { isBinary } from './isBinary.ts';
import { decodeUtf16, utf16Order } from './utf16.ts';
import { decodeUtf8, type BadBytes } from './utf8.ts';

/** A file's text without its byte order mark, or why it has none. */
export type Decoded = { text: string; problems: Problem[] } | { refused: string };

/**
 * UTF-8, UTF-16 with a byte order mark or where it is clear without one, else Windows-1252 for each byte
 * that is not UTF-8: a cut log or two logs in one file lose nothing but those bytes' certainty. No
 * U+FFFD is ever written.
 */
export function decodeText(bytes: Uint8Array): Decoded {
  const order = utf16Order(bytes);
  if (order !== null) {
    const { text, bad } = decodeUtf16(bytes, order);
    return { text, problems: bad ? [badUtf16(text, bad)] : [] };
  }
  if (isBinary(bytes)) return { refused: 'it is binary' };
  const { text, bad } = decodeUtf8(bytes);
  return { text, problems: bad ? [notUtf8(text, bad)] : [] };
}

/** `base`: where in the file the text begins, if it is a part of it, whose lines are not known. */
export function notUtf8(text: string, bad: BadBytes, base: number | null = null): Problem {
  const { start, count, isCut } = bad;
  const byte = bad.byte + (base ?? 0);
  const place = base === null ? lineOf(text, start) : '';
  const others = count > 1 ? `, and ${count - 1} more` : '';
  const read = isCut ? 'it is left out' : 'read as Windows-1252';
  return warning(text, start, `Byte ${byte}${place} is not UTF-8${others}: ${read}.`);
}

function badUtf16(text: string, { byte, start, count }: BadBytes): Problem {
  const others = count > 1 ? `, and ${count - 1} more` : '';
  const place = lineOf(text, start);
  return warning(text, start, `Byte ${byte}${place} is not UTF-16${others}: it is left out.`);
}

function warning(text: string, start: number, message: string): Problem {
  const end = Math.min(text.length, start + 1);
  return { code: 'encoding', message, start: Math.min(start, end), end, severity: 'warning' };
}

function lineOf(text: string, offset: number): string {
  let line = 1;
  for (
    let feed = text.indexOf('\n');
    feed >= 0 && feed < offset;
    feed = text.indexOf('\n', feed + 1)
  )
    line += 1;
  return ` (line ${line})`;
}
