import { firstWhere } from '../firstWhere.ts';

/** The same characters in two texts. */
export interface Stretch {
  /** Where it begins in the one text and in the other, in UTF-16 units. */
  own: number;
  theirs: number;
  length: number;
}

/** Tokens `[ownFirst, ownEnd)` of the one text that say what `[theirsFirst, theirsEnd)` of the other say. */
export interface TokenPair {
  ownFirst: number;
  ownEnd: number;
  theirsFirst: number;
  theirsEnd: number;
}

/**
 * Cuts a stretch at every place where both texts have a boundary between tokens, so that no pair can be made
 * smaller. Tokens that reach over an end of the stretch are in no pair.
 *
 * @param own [start0, end0, ...] of the tokens of each text, in UTF-16 units; the tokens of one character share
 *   its range
 */
export function pairTokens(stretch: Stretch, own: Int32Array, theirs: Int32Array): TokenPair[] {
  const ours = boundaries(own, stretch.own, stretch.length);
  const others = boundaries(theirs, stretch.theirs, stretch.length);
  const pairs: TokenPair[] = [];
  let last: { own: number; theirs: number } | null = null;
  for (let a = 0, b = 0; a < ours.length && b < others.length;) {
    const [one, other] = [ours[a]!, others[b]!];
    if (one.to < other.from) a++;
    else if (other.to < one.from) b++;
    else {
      if (last !== null && one.token > last.own && other.token > last.theirs) {
        pairs.push({
          ownFirst: last.own,
          ownEnd: one.token,
          theirsFirst: last.theirs,
          theirsEnd: other.token,
        });
      }
      last = { own: one.token, theirs: other.token };
      a++;
      b++;
    }
  }
  return pairs;
}

/** A place between two tokens, before `token`: anywhere from `from` to `to` where what lies between is in neither. */
interface Boundary {
  token: number;
  from: number;
  to: number;
}

function boundaries(offsets: Int32Array, base: number, length: number): Boundary[] {
  const count = offsets.length / 2;
  const found: Boundary[] = [];
  const first = firstWhere(count, (token) => offsets[2 * token + 1]! >= base);
  for (let token = first; token <= count; token++) {
    const before = token === 0 ? (offsets[0] ?? 0) : offsets[2 * token - 1]!;
    const after = token === count ? before : offsets[2 * token]!;
    if (before > base + length) break;
    // Tokens of one character: no boundary between them.
    if (after < before || after < base) continue;
    const [from, to] = [Math.max(before, base) - base, Math.min(after, base + length) - base];
    found.push({ token, from, to });
  }
  return found;
}
