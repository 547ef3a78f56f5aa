import { DeepCoderError } from '@deepcoder/config';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { cuttingName } from './bytePairModel.ts';
import type { MetadataValue } from './encodeGguf.ts';

/** `llama_token_type`: a word, a mark that is no text, text that is never cut, nothing. */
const TYPES = { normal: 1, control: 3, userDefined: 4, unused: 5 } as const;

interface Parsed {
  model?: { type?: string; byte_fallback?: boolean; merges?: (string | [string, string])[] };
  added_tokens?: { id: number; content: string; special?: boolean }[];
}

/**
 * A tokenizer as llama.cpp keeps it in a GGUF file.
 *
 * @param size rows of the embedding: ids behind the tokenizer's are filled up
 * @throws DeepCoderError for what llama.cpp would cut in another way than the tokenizer does
 */
export function tokenizerMetadata(
  tokenizer: Tokenizer,
  size: number,
): Record<string, MetadataValue> {
  const parsed = JSON.parse(tokenizer.files.tokenizer) as Parsed;
  const { model = {}, added_tokens: added = [] } = parsed;
  if (model.type !== 'BPE' || model.byte_fallback === true)
    throw refused(
      tokenizer,
      `is of the kind ${model.type ?? 'unknown'}; byte-level BPE is written`,
    );
  const pre = cuttingName(parsed as Record<string, unknown>);
  if (pre === null) throw refused(tokenizer, 'cuts texts in a way that has no name in llama.cpp');
  const kinds = new Map(added.map(({ id, special }) => [id, special === true]));
  const ids = Array.from({ length: size }, (_, id) => id);
  const typeOf = (id: number): number => {
    if (tokenizer.tokenOf(id) === null) return TYPES.unused;
    const isSpecial = kinds.get(id);
    if (isSpecial === undefined) return TYPES.normal;
    return isSpecial ? TYPES.control : TYPES.userDefined;
  };
  const { bosTokenId, eosTokenId, padTokenId, unkTokenId } = tokenizer.special;
  const merges = (model.merges ?? []).map((pair) =>
    typeof pair === 'string' ? pair : pair.join(' '),
  );
  return {
    'tokenizer.ggml.model': { text: 'gpt2' },
    'tokenizer.ggml.pre': { text: pre },
    'tokenizer.ggml.tokens': { texts: ids.map((id) => tokenizer.tokenOf(id) ?? `[PAD${id}]`) },
    'tokenizer.ggml.token_type': { i32s: ids.map(typeOf) },
    'tokenizer.ggml.merges': { texts: merges },
    ...idValue('bos', bosTokenId),
    ...idValue('eos', eosTokenId),
    ...idValue('padding', padTokenId),
    ...idValue('unknown', unkTokenId),
    'tokenizer.ggml.add_bos_token': { bool: tokenizer.prefixIds.length > 0 },
    ...(tokenizer.chatTemplate !== null && {
      'tokenizer.chat_template': { text: tokenizer.chatTemplate },
    }),
  };
}

function idValue(name: string, id: number | null): Record<string, MetadataValue> {
  return id === null ? {} : { [`tokenizer.ggml.${name}_token_id`]: { u32: id } };
}

function refused({ files }: Tokenizer, why: string): DeepCoderError {
  return new DeepCoderError(
    'export-tokenizer',
    `tokenizer ${files.place}: ${why}; export to hf, and convert that with llama.cpp's own program`,
    { exitCode: 3 },
  );
}
