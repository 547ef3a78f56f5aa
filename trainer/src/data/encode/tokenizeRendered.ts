import type { Rendered } from '../render/rendered.ts';
import { tokenKinds } from '../tokenKinds.ts';
import { shiftTargets } from '../shiftTargets.ts';
import { KIND_NAMES } from '../kinds.ts';
import type { RejectCode, Sample } from '../types.ts';
import type { EncodeContext } from './encodeContext.ts';

type Tokens = Pick<Sample, 'ids' | 'kinds' | 'glue' | 'tokensPerKind'>;

export type TokenizeResult =
  | { ok: true; tokens: Tokens; truncated: boolean }
  | { ok: false; code: RejectCode; message: string };

/**
 * Tokens with their kinds, up to the last supervised one and cut to the longest length; refused where
 * nothing would be learnt.
 */
export async function tokenizeRendered(
  { text, segments, withPrefix }: Rendered,
  { tokenizer, settings, weights }: EncodeContext,
): Promise<TokenizeResult> {
  const { ids, offsets } = await tokenizer.encode(text);
  const prefix = withPrefix ? tokenizer.prefixIds : [];
  const marks = tokenKinds(text, offsets, segments);
  const whole = {
    ids: withZeros(ids, prefix.length),
    kinds: withZeros(marks.kinds, prefix.length),
    glue: withZeros(marks.glue, prefix.length),
  };
  whole.ids.set(prefix);
  const needed = upToLastTarget(whole, weights);
  if (needed.ids.length === 0) {
    return { ok: false, code: 'nothing-supervised', message: whyNothing(settings) };
  }
  const cut = cutToLength(needed, prefix.length, settings);
  if (cut === null) {
    const message = `it has ${needed.ids.length} tokens, data.max_length is ${settings.maxLength}`;
    return { ok: false, code: 'too-long', message };
  }
  const truncated = cut.ids.length < needed.ids.length;
  const kept = truncated ? upToLastTarget(cut, weights) : cut;
  if (kept.ids.length === 0) {
    const message = 'no supervised token is left after it is cut to data.max_length';
    return { ok: false, code: 'nothing-supervised', message };
  }
  return { ok: true, tokens: { ...kept, tokensPerKind: countKinds(kept.kinds) }, truncated };
}

/** What comes after the last supervised token decides nothing, since attention looks back only. */
function upToLastTarget(tokens: Cut, weights: EncodeContext['weights']): Cut {
  const last = shiftTargets(tokens, weights).offset.at(-1);
  const length = last === undefined ? 0 : last + 1;
  return {
    ids: tokens.ids.slice(0, length),
    kinds: tokens.kinds.slice(0, length),
    glue: tokens.glue.slice(0, length),
  };
}

function withZeros<A extends Int32Array | Uint8Array>(values: A, before: number): A {
  const result = new (values.constructor as new (length: number) => A)(before + values.length);
  result.set(values, before);
  return result;
}

type Cut = Pick<Sample, 'ids' | 'kinds' | 'glue'>;

/** `left` cuts the beginning off but keeps the tokenizer's first tokens. */
function cutToLength(
  whole: Cut,
  prefix: number,
  { maxLength, truncate }: EncodeContext['settings'],
): Cut | null {
  const excess = whole.ids.length - maxLength;
  if (excess <= 0) return whole;
  if (truncate === 'error' || truncate === 'drop') return null;
  const cut = <A extends Int32Array | Uint8Array>(values: A): A => {
    if (truncate === 'right') return values.slice(0, maxLength) as A;
    const kept = values.slice(excess) as A;
    kept.set(values.subarray(0, Math.min(prefix, maxLength)));
    return kept;
  };
  return { ids: cut(whole.ids), kinds: cut(whole.kinds), glue: cut(whole.glue) };
}

function whyNothing(settings: EncodeContext['settings']): string {
  if (settings.trainOn === 'answer') {
    return 'it holds no answer (terminal calls are actions); data.train_on: last takes its last turn';
  }
  return 'no token of it is supervised: its kinds have weight 0';
}

function countKinds(kinds: Uint8Array): number[] {
  const counts = KIND_NAMES.map(() => 0);
  for (const kind of kinds) counts[kind]!++;
  return counts;
}
