import type { Slice } from './source.ts';

/**
 * The slice without the spaces and line ends at both ends of its decoded text; null when nothing is
 * left. In a JSON string an escaped `\n` counts as the line end that it writes.
 */
export function trim(slice: Slice): Slice | null {
  const start = trimStart(slice);
  if (start >= slice.end) return null;
  const end = trimEnd(slice, start);
  if (start === slice.start && end === slice.end) return slice;
  return { source: slice.source, start, end, escaped: slice.escaped };
}

export function isBlankCode(code: number): boolean {
  // A crash leaves zeros behind the last line that was written.
  if (code <= 32)
    return code === 32 || (code >= 9 && code <= 13) || (code >= 28 && code <= 31) || code === 0;
  if (code < 0x85) return false;
  return (
    code === 0xa0 ||
    code === 0x85 ||
    code === 0xfeff ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

const BACKSLASH = 92;

/** Where the slice's content begins; its end where there is none. */
export function trimStart({ source: { text }, start, end, escaped }: Slice): number {
  let at = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (isBlankCode(code)) at += 1;
    else if (escaped && code === BACKSLASH) {
      const length = blankEscapeLength(text, at, end);
      if (length === 0) break;
      at += length;
    } else break;
  }
  return at;
}

/** Where the content that begins at `from` ends. */
export function trimEnd({ source: { text }, start, end, escaped }: Slice, from: number): number {
  let at = end;
  while (at > from) {
    if (escaped) {
      const escapeAt = escapeBefore(text, at, start);
      if (escapeAt >= from) {
        if (blankEscapeLength(text, escapeAt, at) !== at - escapeAt) break;
        at = escapeAt;
        continue;
      }
    }
    if (!isBlankCode(text.charCodeAt(at - 1))) break;
    at -= 1;
  }
  return at;
}

/** Where the escape begins that ends at `end`, -1 if the character before `end` is a plain one. */
function escapeBefore(text: string, end: number, from: number): number {
  for (const length of [2, 6]) {
    const at = end - length;
    if (at < from || text.charCodeAt(at) !== BACKSLASH) continue;
    if (length === 6 && text[at + 1] !== 'u') continue;
    let run = at;
    while (run > from && text.charCodeAt(run - 1) === BACKSLASH) run -= 1;
    if ((at - run) % 2 === 0) return at;
  }
  return -1;
}

/** Length of the escape at `at` if it writes a blank, else 0. */
function blankEscapeLength(text: string, at: number, end: number): number {
  const next = text[at + 1];
  if (at + 2 > end || next === undefined) return 0;
  if (next === 'n' || next === 'r' || next === 't' || next === 'f') return 2;
  if (next !== 'u' || at + 6 > end) return 0;
  const code = parseInt(text.slice(at + 2, at + 6), 16);
  return code !== 0 && isBlankCode(code) ? 6 : 0;
}
