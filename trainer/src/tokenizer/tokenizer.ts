import { DeepCoderError } from '@deepcoder/config';
import { Tokenizer as NativeTokenizer } from 'tokenizers';
import { readSpecialTokens, type SpecialTokens } from './specialTokens.ts';
import { fingerprint, rulesFingerprint } from './fingerprint.ts';
import { utf16Offsets } from './utf16Offsets.ts';
import type { TokenizerJson, TokenizerFiles } from './tokenizerFiles.ts';

interface Encoded {
  ids: Int32Array;
  /** [start0, end0, start1, ...] in UTF-16 units of the text; bytes of one character share its range. */
  offsets: Int32Array;
}

export interface Tokenizer {
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
  /** Without special tokens of its own; those written in the text become their ids. */
  encode(text: string): Promise<Encoded>;
  /** Special tokens are kept in the text. */
  decode(ids: ArrayLike<number>): Promise<string>;
  tokenOf: (id: number) => string | null;
  idOf: (token: string) => number | null;
}

export async function createTokenizer(files: TokenizerFiles): Promise<Tokenizer> {
  const parsed = parseTokenizerJson(files);
  const native = openNative(files, parsed);
  const vocab = native.getVocab(true);
  const idOf = (token: string): number | null => native.tokenToId(token);
  const special = readSpecialTokens(files, {
    addedTokens: parsed['added_tokens'],
    idOf,
    tokenOf: (id) => native.idToToken(id),
  });
  const none = { addSpecialTokens: false };
  return {
    files,
    vocabSize: Object.values(vocab).reduce((most, one) => Math.max(most, one), -1) + 1,
    special,
    prefixIds: await prefixOf(native),
    chatTemplate: files.chatTemplate ?? special.chatTemplate,
    fingerprint: fingerprint(parsed, vocab),
    rulesFingerprint: rulesFingerprint(parsed),
    async encode(text) {
      const encoding = await native.encode(text, null, none);
      return {
        ids: Int32Array.from(encoding.getIds()),
        offsets: utf16Offsets(text, encoding.getOffsets()),
      };
    },
    decode: (ids) => native.decode(Array.from(ids), false),
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

async function prefixOf(native: NativeTokenizer): Promise<number[]> {
  const probe = 'a';
  const plain = (await native.encode(probe, null, { addSpecialTokens: false })).getIds();
  const full = (await native.encode(probe, null, { addSpecialTokens: true })).getIds();
  for (let at = 0; at + plain.length <= full.length; at++) {
    if (plain.every((id, index) => full[at + index] === id)) return full.slice(0, at);
  }
  return [];
}
