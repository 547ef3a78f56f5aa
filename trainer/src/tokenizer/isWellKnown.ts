import type { TokenizerFiles } from './tokenizerFiles.ts';

const CONTRACTIONS = "'s|'t|'re|'ve|'m|'ll|'d";
const CASED = "'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]";
const BLANKS = String.raw`\s*[\r\n]+|\s+(?!\S)|\s+`;

/** The expressions of GPT-2, GPT-4, Llama 3 and Qwen, and of what was made after them. */
const KNOWN_EXPRESSIONS = new Set([
  String.raw`${CONTRACTIONS}| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
  ...[`(?i:${CONTRACTIONS})`, `(?:${CASED})`, CASED].flatMap((contractions) =>
    [String.raw`\p{N}{1,3}`, String.raw`\p{N}`].map(
      (digits) =>
        String.raw`${contractions}|[^\r\n\p{L}\p{N}]?\p{L}+|${digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|${BLANKS}`,
    ),
  ),
  String.raw`\p{N}{1,3}`,
  String.raw`\d{1,3}`,
  String.raw`[0-9]`,
  String.raw` {2,}`,
  String.raw`\s+`,
]);

/** A rule that puts more than this in the place of a match can make a text of any size. */
const MOST_CONTENT = 64;

/** Whether a tokenizer's rules are those of well-known ones: any others may take any time, or end the process. */
export function isWellKnown({ tokenizer }: Pick<TokenizerFiles, 'tokenizer'>): boolean {
  let known = true;
  try {
    const { normalizer, pre_tokenizer, decoder, post_processor } = JSON.parse(tokenizer) as Record<
      string,
      unknown
    >;
    JSON.stringify([normalizer, pre_tokenizer, decoder, post_processor], (key, value: unknown) => {
      if (typeof value !== 'string') return value;
      if (key === 'Regex') known &&= KNOWN_EXPRESSIONS.has(value);
      else if (key === 'content') known &&= value.length <= MOST_CONTENT;
      return value;
    });
  } catch {
    // Who opens it says what is wrong with it.
  }
  return known;
}
