import { DeepCoderError } from '@deepcoder/config';
import { superviseTokens, type SupervisedTokens } from '@deepcoder/trajectory';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { EncodeContext } from './encode/encodeContext.ts';
import { firstWhere } from './firstWhere.ts';
import type { Rendered, StoredPicture } from './render/rendered.ts';
import { tokenKinds } from './tokenKinds.ts';

/** The tokens of a text; the tokenizer's own first tokens come before those of the text. */
export interface TextTokens {
  ids: Int32Array;
  /** [start0, end0, ...] in the text, of its own tokens. */
  offsets: Int32Array;
  /** How many first tokens the tokenizer adds. */
  prefix: number;
}

/**
 * The tokens of one training text and what training makes of each. What is trained on and what is shown are
 * both made from it.
 */
export interface TokenLayout extends TextTokens, SupervisedTokens {
  kinds: Uint8Array;
  glue: Uint8Array;
  /** Pictures in order, and for each token the row of all their features that it is, else -1. */
  pictures: { shown: StoredPicture[]; rows: Int32Array } | null;
}

export async function layoutTokens(
  rendered: Rendered,
  context: EncodeContext,
): Promise<TokenLayout> {
  const { text, segments } = rendered;
  const { tokenizer, settings, weights } = context;
  const tokens = await textTokens(rendered, tokenizer);
  const { prefix, offsets } = tokens;
  const marks = tokenKinds(text, offsets, segments);
  const kinds = after(prefix, marks.kinds);
  const glue = after(prefix, marks.glue);
  const marked = { kinds, glue, reasons: after(prefix, marks.reasons), prefix };
  const pictures = pictureRows(rendered, tokens, context);
  return { ...tokens, kinds, glue, pictures, ...superviseTokens(marked, weights, settings) };
}

export async function textTokens(
  { text, withPrefix }: Pick<Rendered, 'text' | 'withPrefix'>,
  tokenizer: Tokenizer,
): Promise<TextTokens> {
  const encoded = await tokenizer.encode(text);
  const first = withPrefix ? tokenizer.prefixIds : [];
  const ids = after(first.length, encoded.ids);
  ids.set(first);
  return { ids, offsets: encoded.offsets, prefix: first.length };
}

/** The first of a text's own tokens that begins at a place or after it. */
export function firstTokenFrom(offsets: Int32Array, place: number): number {
  return firstWhere(offsets.length / 2, (token) => offsets[2 * token]! >= place);
}

/** The features of a picture stand for its tokens in order. */
function pictureRows(
  { pictures = [] }: Rendered,
  { ids, offsets, prefix }: TextTokens,
  { vision }: EncodeContext,
): TokenLayout['pictures'] {
  if (vision === null || pictures.length === 0) return null;
  const rows = new Int32Array(ids.length).fill(-1);
  let next = 0;
  let wanted = 0;
  let token = 0;
  for (const { start, end, picture } of pictures) {
    token = Math.max(token, firstTokenFrom(offsets, start));
    for (; token < offsets.length / 2 && offsets[2 * token]! < end; token++)
      if (ids[prefix + token] === vision.imageTokenId) rows[prefix + token] = next++;
    wanted += picture.rows;
    if (next === wanted) continue;
    throw new DeepCoderError(
      'picture-tokens',
      `the tokens of a picture come out as ${next} instead of ${wanted}; use the tokenizer that the student's checkpoint was saved with`,
      { exitCode: 3 },
    );
  }
  return { shown: pictures.map(({ picture }) => picture), rows };
}

function after<A extends Int32Array | Uint8Array>(count: number, values: A): A {
  const result = new (values.constructor as new (length: number) => A)(count + values.length);
  result.set(values, count);
  return result;
}
