import { isBlankCode } from '../text/trim.ts';
import type { Cutting, Part } from './part.ts';

const QUOTE = 34;
const COMMA = 44;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/**
 * Cuts a part of a JSON array at its elements; one that may go on is not taken.
 * @param opens whether the array's own bracket comes first
 */
export function cutElements(
  { text, bytes, atEnd }: Part,
  opens: boolean,
): { pieces: Cutting[]; taken: number } {
  const pieces: Cutting[] = [];
  const bracket = opens ? text.indexOf('[') : -1;
  if (opens && bracket < 0) return { pieces, taken: 0 };
  const encoder = new TextEncoder();
  const ascii = text.length === bytes.length;
  let [at, byte, counted] = [bracket + 1, 0, 0];
  const byteOf = (offset: number): number => {
    if (ascii) return offset;
    byte += encoder.encode(text.slice(counted, offset)).length;
    counted = offset;
    return byte;
  };
  for (;;) {
    at = nextElement(text, at);
    if (at >= text.length || text.charCodeAt(at) === CLOSE_ARRAY) {
      return { pieces, taken: atEnd || at < text.length ? bytes.length : byteOf(at) };
    }
    const end = elementEnd(text, at) ?? (atEnd ? text.length : null);
    if (end === null) return { pieces, taken: byteOf(at) };
    pieces.push({ start: at, end, byte: byteOf(at) });
    at = end;
  }
}

function nextElement(text: string, from: number): number {
  let at = from;
  while (at < text.length && (isBlankCode(text.charCodeAt(at)) || text.charCodeAt(at) === COMMA))
    at += 1;
  return at;
}

/** Null where the text ends first. */
function elementEnd(text: string, start: number): number | null {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = stringEnd(text, at);
      if (at < 0) return null;
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) depth += 1;
    else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (code === COMMA || isBlankCode(code))) return at;
  }
  return null;
}

/** Where the closing quote stands; -1 where the text ends first. */
function stringEnd(text: string, open: number): number {
  for (let quote = text.indexOf('"', open + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let slashes = quote;
    while (text.charCodeAt(slashes - 1) === BACKSLASH) slashes -= 1;
    if ((quote - slashes) % 2 === 0) return quote;
  }
  return -1;
}
