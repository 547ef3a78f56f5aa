import { REASONS } from '@deepcoder/trajectory';
import { KIND } from '@deepcoder/vocabulary';
import { firstWhere } from './firstWhere.ts';
import type { Segment } from './render/rendered.ts';

export interface TokenKinds {
  kinds: Uint8Array;
  glue: Uint8Array;
  /** Indices into `REASONS`, before weights and length. */
  reasons: Uint8Array;
}

const CONTEXT = REASONS.indexOf('context');

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
  const reasons = new Uint8Array(count).fill(CONTEXT);
  for (let token = 0; token < count; token++) {
    const at = firstNonSpace(text, offsets[2 * token]!, offsets[2 * token + 1]!);
    const segment = segmentAt(segments, at);
    if (segment === undefined) continue;
    kinds[token] = segment.kind;
    glue[token] = segment.glue && segment.kind !== KIND.none ? 1 : 0;
    reasons[token] = REASONS.indexOf(segment.reason);
  }
  return { kinds, glue, reasons };
}

const SPACE = /\s/;

function firstNonSpace(text: string, start: number, end: number): number {
  for (let at = start; at < end; at++) if (!SPACE.test(text[at]!)) return at;
  return start;
}

function segmentAt(segments: readonly Segment[], at: number): Segment | undefined {
  const found = segments[firstWhere(segments.length, (index) => segments[index]!.end > at)];
  return found !== undefined && found.start <= at ? found : undefined;
}
