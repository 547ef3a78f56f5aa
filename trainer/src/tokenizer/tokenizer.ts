import { DeepCoderError } from '@deepcoder/config';
import { Tokenizer as NativeTokenizer } from 'tokenizers';
import { readSpecialTokens, type SpecialTokens } from './specialTokens.ts';
import { fingerprint, rulesFingerprint } from './fingerprint.ts';
import { nativeCoder, type TextCoder } from './textCoder.ts';
import type { TokenizerJson, TokenizerFiles } from './tokenizerFiles.ts';

export interface Tokenizer extends Pick<TextCoder, 'encode' | 'decode'> {
  files: TokenizerFiles;
  /** One above the highest id. */
  vocabSize: number;
  special: SpecialTokens;
  /** Ids that the tokenizer itself puts before a text (such as the beginning of sequence). */
  prefixIds: readonly number[];
  chatTemplate: string | null;
  /** Of the contents; equal for equal vocabularies and rules, whatever the file's layout. */
  fingerprint: string;
  /** The same without vocabulary and added tokens. */
  rulesFingerprint: string;
  tokenOf: (id: number) => string | null;
  idOf: (token: string) => number | null;
}

/** @param guarded what runs the tokenizer's rules over texts in the place of this process */
export async function createTokenizer(
  files: TokenizerFiles,
  guarded: (here: TextCoder) => TextCoder = (here) => here,
): Promise<Tokenizer> {
  const parsed = parseTokenizerJson(files);
  const native = openNative(files, parsed);
  const coder = guarded(nativeCoder(native));
  const vocab = native.getVocab(true);
  const idOf = (token: string): number | null => native.tokenToId(token);
  const special = readSpecialTokens(files, {
    addedTokens: parsed['added_tokens'],
    idOf,
    tokenOf: (id) => native.idToToken(id),
  });
  return {
    files,
    vocabSize: Object.values(vocab).reduce((most, one) => Math.max(most, one), -1) + 1,
    special,
    prefixIds: await coder.prefixIds(),
    chatTemplate: files.chatTemplate ?? special.chatTemplate,
    fingerprint: fingerprint(parsed, vocab),
    rulesFingerprint: rulesFingerprint(parsed),
    encode: coder.encode,
    decode: coder.decode,
    tokenOf: (id) => native.idToToken(id),
    idOf,
  };
}

function parseTokenizerJson(files: TokenizerFiles): TokenizerJson {
  try {
    return JSON.parse(files.tokenizer) as TokenizerJson;
  } catch (cause) {
    throw new DeepCoderError(
      'tokenizer-unreadable',
      `${files.place}/tokenizer.json is not JSON: ${String(cause)}; copy it again from the checkpoint`,
      { exitCode: 3, cause },
    );
  }
}

/**
 * Truncation, padding and trimmed offsets are settings for other uses: they would cut texts, add
 * tokens and hide the space that a token begins with.
 */
function openNative(files: TokenizerFiles, parsed: TokenizerJson): NativeTokenizer {
  const forSpans = { ...parsed, truncation: null, padding: null };
  const text = JSON.stringify(forSpans, (key, value: unknown) =>
    key === 'trim_offsets' ? false : value,
  );
  try {
    return NativeTokenizer.fromString(text);
  } catch (cause) {
    throw new DeepCoderError(
      'tokenizer-unreadable',
      `${files.place}/tokenizer.json: ${cause instanceof Error ? cause.message : String(cause)}; ` +
        'it must be a tokenizer of the Hugging Face tokenizers library',
      { exitCode: 3, cause },
    );
  }
}

/** The rules of a tokenizer alone, for a process that runs them over texts. */
export function openCoder(files: TokenizerFiles): TextCoder {
  return nativeCoder(openNative(files, parseTokenizerJson(files)));
}
