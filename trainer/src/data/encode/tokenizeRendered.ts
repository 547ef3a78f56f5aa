import { TOKEN_KINDS } from '@deepcoder/vocabulary';
import { keptOf } from '@deepcoder/trajectory';
import type { MatchedBytes } from '../align/matchedBytes.ts';
import { teacherReadings, type TeacherText } from '../align/teacherReadings.ts';
import { layoutTokens, type TokenLayout } from '../layoutTokens.ts';
import type { Rendered, RejectCode, StoredPicture } from '../render/rendered.ts';
import type { Sample } from '../sample.ts';
import { reasonsOf, whyNothing } from '../whyNothing.ts';
import type { EncodeContext } from './encodeContext.ts';

type Tokens = Pick<Sample, 'ids' | 'kinds' | 'glue' | 'tokensPerKind' | 'readings' | 'pictures'>;

export type TokenizeResult =
  | { ok: true; tokens: Tokens; truncated: boolean; bytes: MatchedBytes | null }
  | { ok: false; code: RejectCode; message: string };

/**
 * Tokens with their kinds, up to the last supervised one and cut to the longest length; refused where
 * nothing would be learnt.
 */
export async function tokenizeRendered(
  rendered: Rendered,
  context: EncodeContext,
  teacherTexts: readonly TeacherText[] = [],
): Promise<TokenizeResult> {
  const layout = await layoutTokens(rendered, context);
  const result = sampleOf(layout, context.settings);
  if (!result.ok || context.teacher === null) return result;
  const own = { rendered, layout };
  const { readings, bytes } = teacherReadings(own, teacherTexts, context.teacher.ends);
  return { ...result, tokens: { ...result.tokens, readings }, bytes };
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
    ...keptPictures(layout),
  };
  return { ok: true, tokens, truncated: excess > 0, bytes: null };
}

/** Drops pictures without remaining tokens and renumbers the rest. */
function keptPictures(layout: TokenLayout): Pick<Sample, 'pictures'> {
  if (layout.pictures === null) return {};
  const rows = keptOf(layout, layout.pictures.rows);
  const used = new Set(rows);
  const shown: StoredPicture[] = [];
  const renumbered = new Map<number, number>();
  let from = 0;
  let to = 0;
  for (const picture of layout.pictures.shown) {
    const own = Array.from({ length: picture.rows }, (_, i) => from + i);
    from += picture.rows;
    if (!own.some((row) => used.has(row))) continue;
    own.forEach((row, i) => renumbered.set(row, to + i));
    to += picture.rows;
    shown.push(picture);
  }
  if (shown.length === 0) return {};
  return { pictures: { shown, rows: rows.map((row) => renumbered.get(row) ?? -1) } };
}

function countKinds(kinds: Uint8Array): number[] {
  const counts = TOKEN_KINDS.map(() => 0);
  for (const kind of kinds) counts[kind]!++;
  return counts;
}
