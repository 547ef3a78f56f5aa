import { own } from '@deepcoder/vocabulary';
/** Offsets of a text before and after unescaping; both ways, monotone, ends included. */
export interface OffsetMap {
  toRaw(decoded: number): number;
  /** An offset inside an escape goes to the start of the character that it writes. */
  toDecoded(raw: number): number;
}

const IDENTITY: OffsetMap = { toRaw: (offset) => offset, toDecoded: (offset) => offset };

const SIMPLE: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * Length of the escape that begins with the backslash at `at`. What JSON does not know (`\x`, a cut
 * `\u12`, a backslash at the end) counts as that backslash alone, which then stands for itself.
 */
function escapeLength(raw: string, at: number): number {
  const next = raw[at + 1];
  if (next === undefined) return 1;
  if (next === 'u') return isHex4(raw, at + 2) ? 6 : 1;
  return Object.hasOwn(SIMPLE, next) ? 2 : 1;
}

/** Unescapes the inside of a JSON string, with the offset map. Never fails: see `escapeLength`. */
export function unescapeJson(raw: string): { text: string; map: OffsetMap } {
  if (!raw.includes('\\')) return { text: raw, map: IDENTITY };
  return { text: unescapeText(raw), map: lazyMap(raw) };
}

/** Only the text, where nobody asks for offsets. */
export function unescapeText(raw: string): string {
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return unescapeLeniently(raw);
  }
}

function unescapeLeniently(raw: string): string {
  let text = '';
  let from = 0;
  for (let at = raw.indexOf('\\'); at >= 0;) {
    const length = escapeLength(raw, at);
    if (length > 1) {
      text +=
        raw.slice(from, at) + (length === 6 ? unicode(raw, at + 2) : own(SIMPLE, raw[at + 1]!)!);
      from = at + length;
    }
    at = raw.indexOf('\\', at + length);
  }
  return text + raw.slice(from);
}

/** `raw[i]` is where the i-th escape ends, `decoded[i]` where the character that it writes ends. */
interface Breaks {
  raw: number[];
  decoded: number[];
}

function findBreaks(raw: string): Breaks {
  const breaks: Breaks = { raw: [], decoded: [] };
  let written = 0;
  for (let at = raw.indexOf('\\'); at >= 0;) {
    const length = escapeLength(raw, at);
    if (length > 1) {
      written += length - 1;
      breaks.raw.push(at + length);
      breaks.decoded.push(at + length - written);
    }
    at = raw.indexOf('\\', at + length);
  }
  return breaks;
}

/** Looks for the escapes when it is first asked. */
function lazyMap(raw: string): OffsetMap {
  let found: Breaks | null = null;
  const breaks = (): Breaks => (found ??= findBreaks(raw));
  return {
    toRaw(decoded) {
      const { raw: ends, decoded: starts } = breaks();
      const i = lastAtMost(starts, decoded);
      return i < 0 ? decoded : ends[i]! + (decoded - starts[i]!);
    },
    toDecoded(offset) {
      const { raw: ends, decoded: starts } = breaks();
      const i = lastAtMost(ends, offset);
      const before = i < 0 ? offset : starts[i]! + (offset - ends[i]!);
      const next = starts[i + 1];
      return next === undefined ? before : Math.min(before, next - 1);
    },
  };
}

function lastAtMost(sorted: number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function unicode(raw: string, at: number): string {
  return String.fromCharCode(parseInt(raw.slice(at, at + 4), 16));
}

function isHex4(raw: string, at: number): boolean {
  if (at + 4 > raw.length) return false;
  for (let i = at; i < at + 4; i += 1) {
    const lower = raw.charCodeAt(i) | 0x20;
    const digit = raw.charCodeAt(i) >= 48 && raw.charCodeAt(i) <= 57;
    if (!digit && !(lower >= 97 && lower <= 102)) return false;
  }
  return true;
}
