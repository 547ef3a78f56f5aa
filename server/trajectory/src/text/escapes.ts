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
export function escapeLength(raw: string, at: number): number {
  const next = raw[at + 1];
  if (next === undefined) return 1;
  if (next === 'u') return isHex4(raw, at + 2) ? 6 : 1;
  return next in SIMPLE ? 2 : 1;
}

/** Unescapes the inside of a JSON string, with the offset map. Never fails: see `escapeLength`. */
export function unescapeJson(raw: string): { text: string; map: OffsetMap } {
  let at = raw.indexOf('\\');
  if (at < 0) return { text: raw, map: IDENTITY };
  const breaks: Breaks = { raw: [], decoded: [] };
  let text = '';
  let from = 0;
  while (at >= 0) {
    const length = escapeLength(raw, at);
    if (length > 1) {
      text += raw.slice(from, at);
      text += length === 6 ? unicode(raw, at + 2) : SIMPLE[raw[at + 1]!]!;
      from = at + length;
      breaks.raw.push(from);
      breaks.decoded.push(text.length);
    }
    at = raw.indexOf('\\', at + length);
  }
  return { text: text + raw.slice(from), map: breaksMap(breaks) };
}

/** Only the text, where nobody asks for offsets. */
export function unescapeText(raw: string): string {
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return unescapeJson(raw).text;
  }
}

/** `raw[i]` is where the i-th escape ends, `decoded[i]` where the character that it writes ends. */
interface Breaks {
  raw: number[];
  decoded: number[];
}

function breaksMap(breaks: Breaks): OffsetMap {
  return {
    toRaw(decoded) {
      const i = lastAtMost(breaks.decoded, decoded);
      return i < 0 ? decoded : breaks.raw[i]! + (decoded - breaks.decoded[i]!);
    },
    toDecoded(raw) {
      const i = lastAtMost(breaks.raw, raw);
      const before = i < 0 ? raw : breaks.decoded[i]! + (raw - breaks.raw[i]!);
      const next = breaks.decoded[i + 1];
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
