import { ggufError } from './ggufError.ts';
import { lookup } from './ggufMetadata.ts';
import type { GgufFile } from './readGguf.ts';

/** The tokens of a GGUF file by id, and what each is (`llama_token_type`). */
export interface GgufVocabulary {
  tokens: readonly string[];
  types: readonly number[];
}

export function vocabularyOf(file: GgufFile): GgufVocabulary {
  const meta = lookup(file);
  const tokens = meta.texts('tokenizer.ggml.tokens');
  if (tokens === null || tokens.length === 0) {
    return refuseTokenizer(file, 'it has no "tokenizer.ggml.tokens"');
  }
  return { tokens, types: meta.numbers('tokenizer.ggml.token_type') ?? [] };
}

export function refuseTokenizer({ path }: GgufFile, why: string): never {
  throw ggufError(
    'gguf-tokenizer',
    path,
    `its tokenizer cannot be read: ${why}; set "tokenizer" in the config to the original model`,
  );
}
