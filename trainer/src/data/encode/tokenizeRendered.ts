import { KIND_NAMES } from '../kinds.ts';
import { keptOf, layoutTokens, type TokenLayout } from '../layoutTokens.ts';
import type { Rendered, RejectCode } from '../render/rendered.ts';
import type { Sample } from '../sample.ts';
import { reasonsOf, whyNothing } from '../whyNothing.ts';
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
  rendered: Rendered,
  context: EncodeContext,
): Promise<TokenizeResult> {
  return sampleOf(await layoutTokens(rendered, context), context.settings);
}

/** What training takes of a text. */
export function sampleOf(layout: TokenLayout, settings: EncodeContext['settings']): TokenizeResult {
  const { needed, excess, weights, reasons } = layout;
  const { maxLength, truncate } = settings;
  if (needed > 0 && excess > 0 && (truncate === 'error' || truncate === 'drop')) {
    const message = `it has ${needed} tokens, data.max_length is ${maxLength}`;
    return { ok: false, code: 'too-long', message };
  }
  if (!weights.some((weight) => weight > 0)) {
    const message = whyNothing(reasonsOf(reasons), settings);
    return { ok: false, code: 'nothing-supervised', message };
  }
  const kinds = keptOf(layout, layout.kinds);
  const tokens = {
    ids: keptOf(layout, layout.ids),
    kinds,
    glue: keptOf(layout, layout.glue),
    tokensPerKind: countKinds(kinds),
  };
  return { ok: true, tokens, truncated: excess > 0 };
}

function countKinds(kinds: Uint8Array): number[] {
  const counts = KIND_NAMES.map(() => 0);
  for (const kind of kinds) counts[kind]!++;
  return counts;
}
