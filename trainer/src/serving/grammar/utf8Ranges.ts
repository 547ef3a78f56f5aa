/** Code points or bytes, ends included. */
export type CharRange = readonly [from: number, to: number];

/** The last code point of each length, and those that are no characters. */
const LAST = [0x7f, 0x7ff, 0xffff, 0x10ffff];
const SURROGATES: CharRange = [0xd800, 0xdfff];

/** The UTF-8 of a range of code points (RFC 3629), as sequences of ranges of bytes. */
export function utf8Ranges([from, to]: CharRange): CharRange[][] {
  if (from > to) return [];
  const [firstGap, lastGap] = SURROGATES;
  if (from <= lastGap && to >= firstGap)
    return [...utf8Ranges([from, firstGap - 1]), ...utf8Ranges([lastGap + 1, to])];
  const border = LAST.find((last) => from <= last && last < to);
  if (border !== undefined) return [...utf8Ranges([from, border]), ...utf8Ranges([border + 1, to])];
  return sameLength(bytesOf(from), bytesOf(to));
}

function bytesOf(code: number): number[] {
  return [...Buffer.from(String.fromCodePoint(code))];
}

const CONTINUED: CharRange = [0x80, 0xbf];

/** All sequences of bytes of one length from one to another. */
function sameLength(low: readonly number[], high: readonly number[]): CharRange[][] {
  const [first, last] = [low[0]!, high[0]!];
  const [lowRest, highRest] = [low.slice(1), high.slice(1)];
  if (lowRest.length === 0) return [[[first, last]]];
  const before = (byte: number, rest: CharRange[][]): CharRange[][] =>
    rest.map((sequence) => [[byte, byte], ...sequence]);
  if (first === last) return before(first, sameLength(lowRest, highRest));
  const isWholeLow = lowRest.every((byte) => byte === CONTINUED[0]);
  const isWholeHigh = highRest.every((byte) => byte === CONTINUED[1]);
  const from = isWholeLow ? first : first + 1;
  const to = isWholeHigh ? last : last - 1;
  const all = (byte: number): number[] => lowRest.map(() => byte);
  return [
    ...(isWholeLow ? [] : before(first, sameLength(lowRest, all(CONTINUED[1])))),
    ...(from > to ? [] : [[[from, to] as const, ...lowRest.map(() => CONTINUED)]]),
    ...(isWholeHigh ? [] : before(last, sameLength(all(CONTINUED[0]), highRest))),
  ];
}
