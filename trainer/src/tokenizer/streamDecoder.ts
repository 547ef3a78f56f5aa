import type { Tokenizer } from './tokenizer.ts';

export interface StreamDecoder {
  /** The text that has become certain with this token; empty while a character is incomplete. */
  push(id: number): Promise<string>;
  /** What is left, incomplete characters as U+FFFD. */
  end(): Promise<string>;
}

/**
 * Decodes token by token to the same text as decoding all at once. A token's text can depend on the
 * one before it (spaces, bytes of one character), so a short window is decoded twice and the
 * difference given out; the window moves on whenever the text is complete.
 */
export function createStreamDecoder(tokenizer: Pick<Tokenizer, 'decode'>): StreamDecoder {
  let window: number[] = [];
  let given = '';
  /** Tokens of the window whose text has been given out. */
  let sure = 0;
  const take = async (final: boolean): Promise<string> => {
    const text = await tokenizer.decode(window);
    if (!final && (text.endsWith('\ufffd') || !text.startsWith(given))) return '';
    const fresh = text.slice(given.length);
    if (fresh === '' && !final) return '';
    // The tokens that gave `fresh` stay as context for the next ones.
    window = window.slice(sure);
    sure = window.length;
    given = await tokenizer.decode(window);
    return fresh;
  };
  return {
    async push(id) {
      window.push(id);
      return take(false);
    },
    end: () => take(true),
  };
}
