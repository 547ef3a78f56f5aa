import type { Parsed, SupervisionWeights } from '@deepcoder/trajectory';
import { encodeContext, type EncodeContext, type EncodeSettings } from './encode/encodeContext.ts';
import { placePictures } from './encode/placePictures.ts';
import { renderDocument, type Document } from './encode/renderDocument.ts';
import { sampleOf } from './encode/tokenizeRendered.ts';
import { layoutTokens } from './layoutTokens.ts';
import type { Rendered } from './render/rendered.ts';
import { PictureRefusal } from '../vision/readPicture.ts';
import { tokenTable, type TokenRow } from './tokenTable.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { Rejected } from './types.ts';

export interface TokenPreview {
  format: string;
  reason: string;
  /** That were looked at. */
  records: number;
  samples: { id: string; rows: TokenRow[] }[];
  rejected: Rejected[];
}

/** What a text becomes in training, token by token, also what is cut off; at most `limit` records. */
export async function previewTokens(
  document: Document,
  tokenizer: Tokenizer,
  options: { settings: EncodeSettings; weights: SupervisionWeights; limit?: number },
): Promise<TokenPreview> {
  const { settings, weights, limit = Infinity } = options;
  const context = encodeContext(tokenizer, { settings, weights, now: () => 0 });
  const { parsed, records, rejected } = renderDocument(document, context);
  const samples: TokenPreview['samples'] = [];
  const shown = records.slice(0, limit);
  for (const { trajectory, record, texts } of shown) {
    for (const rendered of texts) {
      const step = rendered.step === null ? '' : `@${rendered.step}`;
      const id = `${document.source}#${trajectory.index}${step}`;
      const seen = await seenOrRefused(rendered, { document, parsed }, context);
      if (typeof seen === 'string') {
        rejected.push({ source: id, record, code: 'picture-unreadable', message: seen });
        continue;
      }
      const layout = await layoutTokens(seen, context);
      const result = sampleOf(layout, settings);
      if (result.ok) {
        const tokens = await tokenTexts(tokenizer, layout.ids.subarray(0, layout.needed));
        samples.push({ id, rows: tokenTable(layout, tokens, settings) });
      } else {
        rejected.push({ source: id, record, code: result.code, message: result.message });
      }
    }
  }
  const { format, reason } = parsed;
  return { format, reason, records: shown.length, samples, rejected };
}

/** A text with the tokens of its pictures, where the student sees; or why it cannot be had. */
async function seenOrRefused(
  rendered: Rendered,
  { document, parsed }: { document: Document; parsed: Parsed },
  { vision }: EncodeContext,
): Promise<Rendered | string> {
  if (vision === null) return rendered;
  const file = { text: document.text, parsed, folder: document.folder ?? null };
  try {
    return await placePictures(rendered, file, vision);
  } catch (cause) {
    if (cause instanceof PictureRefusal) return cause.message;
    throw cause;
  }
}

/** Each token decoded alone; bytes of an unfinished character show as U+FFFD. */
function tokenTexts(tokenizer: Tokenizer, ids: Int32Array): Promise<string[]> {
  return Promise.all(Array.from(ids, (id) => tokenizer.decode([id])));
}
