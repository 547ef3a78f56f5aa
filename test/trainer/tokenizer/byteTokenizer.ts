import { createTokenizer, type Tokenizer } from '../../../trainer/src/tokenizer/tokenizer.ts';

export interface ByteTokenizerOptions {
  /** Special tokens; the first ids after the 256 bytes. */
  special?: string[];
  /** Byte-level merges, such as `Ġ t`. */
  merges?: string[];
  config?: Record<string, unknown>;
  postProcessor?: unknown;
  normalizer?: unknown;
}

/** A byte-level BPE tokenizer made on the spot: every byte a token, plus what the test asks for. */
export function byteTokenizerJson(options: ByteTokenizerOptions = {}): string {
  const { special = [], merges = [], normalizer = null, postProcessor } = options;
  const tokens = [...byteAlphabet(), ...merges.map((merge) => merge.replace(' ', ''))];
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map((content, i) => ({
      ...{ id: tokens.length + i, content, special: true },
      ...flags,
    })),
    normalizer,
    pre_tokenizer: {
      type: 'ByteLevel',
      add_prefix_space: false,
      trim_offsets: true,
      use_regex: true,
    },
    post_processor: postProcessor ?? {
      ...{ type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
      ...{ dropout: null, unk_token: null, continuing_subword_prefix: null },
      ...{ end_of_word_suffix: null, fuse_unk: false, byte_fallback: false },
    },
  });
}

export function byteTokenizer(options: ByteTokenizerOptions = {}): Promise<Tokenizer> {
  return createTokenizer({
    place: 'test',
    tokenizer: byteTokenizerJson(options),
    tokenizerConfig: JSON.stringify(options.config ?? {}),
    chatTemplate: null,
    bosTokenId: null,
    eosTokenId: null,
  });
}

/** GPT-2's printable stand-ins for the 256 bytes, in byte order. */
function byteAlphabet(): string[] {
  const printable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(printable(byte) ? byte : next++),
  );
}
