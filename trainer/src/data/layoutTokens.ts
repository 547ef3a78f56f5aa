import { REASONS } from '@deepcoder/trajectory';
import type { EncodeContext } from './encode/encodeContext.ts';
import type { Rendered } from './render/rendered.ts';
import { labelWeights } from './shiftTargets.ts';
import { tokenKinds } from './tokenKinds.ts';

/**
 * The tokens of one training text and what training makes of each; entries of the tokenizer's own first
 * tokens come before those of the text. What is trained on and what is shown are both made from it.
 */
export interface TokenLayout {
  ids: Int32Array;
  /** [start0, end0, ...] in the text, of its own tokens. */
  offsets: Int32Array;
  /** How many first tokens the tokenizer adds. */
  prefix: number;
  kinds: Uint8Array;
  glue: Uint8Array;
  /** Indices into `REASONS`, by what decides in the end. */
  reasons: Uint8Array;
  /** What predicting it counts, before any weighting strategy; 0 where it is cut off, or nothing is before it. */
  weights: Float64Array;
  /** One past the last token that would be learnt at any length; 0: there is none. */
  needed: number;
  /** How many tokens too long it is. */
  excess: number;
  /** The tokens from `cutFrom` up to `cutTo` are cut off. */
  cutFrom: number;
  cutTo: number;
}

const MAX_LENGTH = REASONS.indexOf('max_length');
const FIRST = REASONS.indexOf('first');

export async function layoutTokens(
  { text, segments, withPrefix }: Rendered,
  { tokenizer, settings, weights }: EncodeContext,
): Promise<TokenLayout> {
  const encoded = await tokenizer.encode(text);
  const first = withPrefix ? tokenizer.prefixIds : [];
  const marks = tokenKinds(text, encoded.offsets, segments);
  const prefix = first.length;
  const ids = after(prefix, encoded.ids);
  ids.set(first);
  const kinds = after(prefix, marks.kinds);
  const glue = after(prefix, marks.glue);
  const reasons = after(prefix, marks.reasons);
  const counts = labelWeights({ kinds, glue }, weights);
  // Nothing comes before the first token that could predict it.
  const needed = counts.findLastIndex((weight, token) => token > 0 && weight > 0) + 1;
  // A text is needed up to its last target: what comes after is not what makes it too long.
  const length = needed === 0 ? ids.length : needed;
  const excess = Math.max(0, length - settings.maxLength);
  const [cutFrom, cutTo] =
    settings.truncate === 'left'
      ? [prefix, Math.min(ids.length, prefix + excess)]
      : [excess > 0 ? settings.maxLength : ids.length, ids.length];
  const start = cutFrom === 0 && cutTo < ids.length ? cutTo : 0;
  if (counts[start] !== undefined && counts[start] > 0) reasons[start] = FIRST;
  counts.fill(0, start, start + 1);
  counts.fill(0, cutFrom, cutTo);
  if (needed > 0) reasons.fill(MAX_LENGTH, cutFrom, cutTo);
  return {
    ...{ ids, offsets: encoded.offsets, prefix, kinds, glue, reasons },
    ...{ weights: counts, needed, excess, cutFrom, cutTo },
  };
}

/** Where a token stands in what is left of the text; -1: it is cut off. */
export function placeOf({ cutFrom, cutTo }: TokenLayout, token: number): number {
  if (token < cutFrom) return token;
  return token < cutTo ? -1 : token - (cutTo - cutFrom);
}

/** The values of the tokens that are left, up to the last one that is learnt. */
export function keptOf<A extends Int32Array | Uint8Array>(layout: TokenLayout, values: A): A {
  const { cutFrom, cutTo, weights } = layout;
  const end = weights.findLastIndex((weight) => weight > 0) + 1;
  if (end <= cutFrom) return values.slice(0, end) as A;
  const kept = new (values.constructor as new (length: number) => A)(end - (cutTo - cutFrom));
  kept.set(values.subarray(0, cutFrom));
  kept.set(values.subarray(cutTo, end), cutFrom);
  return kept;
}

function after<A extends Int32Array | Uint8Array>(count: number, values: A): A {
  const result = new (values.constructor as new (length: number) => A)(count + values.length);
  result.set(values, count);
  return result;
}
