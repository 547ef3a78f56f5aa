import type { Tokenizer as NativeTokenizer } from 'tokenizers';
import { utf16Offsets } from './utf16Offsets.ts';

export interface Encoded {
  ids: Int32Array;
  /** [start0, end0, start1, ...] in UTF-16 units of the text; bytes of one character share its range. */
  offsets: Int32Array;
}

/** What runs a tokenizer's rules over texts. */
export interface TextCoder {
  /** Without special tokens of its own; those written in the text become their ids. */
  encode: (text: string) => Promise<Encoded>;
  /** Special tokens are kept in the text. */
  decode: (ids: ArrayLike<number>) => Promise<string>;
  /** Ids that the tokenizer itself puts before a text. */
  prefixIds: () => Promise<number[]>;
}

export function nativeCoder(native: NativeTokenizer): TextCoder {
  return {
    encode: async (text) => {
      const encoding = await native.encode(text, null, { addSpecialTokens: false });
      return {
        ids: Int32Array.from(encoding.getIds()),
        offsets: utf16Offsets(text, encoding.getOffsets()),
      };
    },
    decode: (ids) => native.decode(Array.from(ids), false),
    prefixIds: () => prefixOf(native),
  };
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
