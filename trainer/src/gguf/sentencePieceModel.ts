import { lookup } from './ggufMetadata.ts';
import type { GgufFile } from './readGguf.ts';
import type { GgufVocabulary } from './vocabulary.ts';

const SPACE = '▁';
/** In `llama_token_type`. */
const NORMAL = 1;
const UNKNOWN = 2;

/**
 * SentencePiece's BPE of Llama 2 and Gemma, as the `tokenizers` library does it: the parts of `tokenizer.json` that
 * are its own. SentencePiece joins the pair whose whole has the highest score; the library wants a list of
 * merges, which are all ways to cut a token into two others, by that score. Source: `SentencePieceExtractor` of
 * transformers.
 */
export function sentencePieceModel(
  file: GgufFile,
  vocabulary: GgufVocabulary,
): Record<string, unknown> {
  const meta = lookup(file);
  const { tokens, types } = vocabulary;
  const hasPrefix = meta.flag('tokenizer.ggml.add_space_prefix') ?? true;
  const prepend = { type: 'Prepend', prepend: SPACE };
  const replace = { type: 'Replace', pattern: { String: ' ' }, content: SPACE };
  const strip = { type: 'Strip', content: ' ', start: 1, stop: 0 };
  return {
    normalizer: { type: 'Sequence', normalizers: [...(hasPrefix ? [prepend] : []), replace] },
    pre_tokenizer: null,
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: SPACE }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        ...(hasPrefix ? [strip] : []),
      ],
    },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: tokens[types.indexOf(UNKNOWN)] ?? null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: true,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: mergesFrom(vocabulary, meta.numbers('tokenizer.ggml.scores') ?? []),
    },
  };
}

interface Merge {
  left: string;
  right: string;
  score: number;
  leftId: number;
  rightId: number;
}

function mergesFrom(
  { tokens, types }: GgufVocabulary,
  scores: readonly number[],
): [string, string][] {
  const ids = new Map<string, number>();
  tokens.forEach((token, id) => {
    if ((types[id] ?? NORMAL) === NORMAL) ids.set(token, id);
  });
  const merges: Merge[] = [];
  for (const [token, id] of ids) {
    const score = scores[id] ?? -id;
    for (const [left, right] of cuts(token)) {
      const [leftId, rightId] = [ids.get(left), ids.get(right)];
      if (leftId === undefined || rightId === undefined) continue;
      merges.push({ left, right, score, leftId, rightId });
    }
  }
  // The pieces that come first in the vocabulary are the likelier ones.
  merges.sort((a, b) => b.score - a.score || a.leftId - b.leftId || a.rightId - b.rightId);
  return merges.map(({ left, right }) => [left, right]);
}

/** All ways to cut a text into two between characters. */
function* cuts(text: string): Generator<[string, string]> {
  for (let at = 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const isInside = unit >= 0xdc00 && unit <= 0xdfff;
    if (!isInside) yield [text.slice(0, at), text.slice(at)];
  }
}
