import { KIND } from './kinds.ts';
import type { Segment } from './render/rendered.ts';

export interface TokenKinds {
  kinds: Uint8Array;
  glue: Uint8Array;
}

/**
 * A token takes the kind of the segment that holds its first character that is no space, or, where it
 * is all space, its first character. A token lies in at most one segment, so the masks of reasoning
 * and action never overlap.
 *
 * @param offsets [start0, end0, ...] in UTF-16 units of `text`
 */
export function tokenKinds(
  text: string,
  offsets: Int32Array,
  segments: readonly Segment[],
): TokenKinds {
  const count = offsets.length / 2;
  const kinds = new Uint8Array(count);
  const glue = new Uint8Array(count);
  for (let token = 0; token < count; token++) {
    const at = firstNonSpace(text, offsets[2 * token]!, offsets[2 * token + 1]!);
    const segment = segmentAt(segments, at);
    kinds[token] = segment?.kind ?? KIND.none;
    glue[token] = segment?.glue === true ? 1 : 0;
  }
  return { kinds, glue };
}

const SPACE = /\s/;

function firstNonSpace(text: string, start: number, end: number): number {
  for (let at = start; at < end; at++) if (!SPACE.test(text[at]!)) return at;
  return start;
}

function segmentAt(segments: readonly Segment[], at: number): Segment | undefined {
  let [low, high] = [0, segments.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (segments[middle]!.end <= at) low = middle + 1;
    else high = middle;
  }
  const found = segments[low];
  return found !== undefined && found.start <= at ? found : undefined;
}
