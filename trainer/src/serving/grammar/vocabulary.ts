import { byteStandIns, tokenBytes } from '../../tokenizer/tokenBytes.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';

/** What each token writes, for the program that matches tokens to grammars. */
export interface Vocabulary {
  /** A token's bytes as GPT-2's printable stand-ins; empty for one that may never come within a grammar. */
  tokens: string[];
  /** Tokens that end a text; they may come where the grammar ends. */
  stopIds: number[];
}

/**
 * The tokens of a model as a grammar meets them. Special tokens say no text and are never allowed, other added tokens
 * are their text. Null where tokens are no pieces of text that follow on each other.
 */
export function grammarVocabulary(
  tokenizer: Tokenizer,
  { vocabSize, stopIds }: { vocabSize: number; stopIds: ReadonlySet<number> },
): (() => Vocabulary) | null {
  const { model } = JSON.parse(tokenizer.files.tokenizer) as { model?: { type?: string } };
  if (model?.type !== 'BPE' && model?.type !== 'Unigram') return null;
  return () => {
    const bytesOf = tokenBytes(tokenizer);
    const never = new Set([...tokenizer.special.all.map(tokenizer.idOf), ...stopIds]);
    const standIns = byteStandIns();
    const tokens = Array.from({ length: vocabSize }, (_, id) =>
      never.has(id)
        ? ''
        : Array.from(bytesOf(id) ?? '', (byte) => standIns[byte.charCodeAt(0)]!).join(''),
    );
    return { tokens, stopIds: [...stopIds] };
  };
}
