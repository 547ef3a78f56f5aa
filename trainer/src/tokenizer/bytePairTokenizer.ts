import { byteLevelAlphabet } from 'tokenizers';
import { byteLevelModel } from './byteLevelModel.ts';
import type { WordLevelFiles } from './wordLevelTokenizer.ts';

/** Two symbols, of byte-level BPE's alphabet, that become one. */
export type Merge = readonly [string, string];

/** In the order of their ids. The last two are those of ChatML, so that messages can be rendered. */
const SPECIAL = ['<pad>', '<s>', '</s>', '<|im_start|>', '<|im_end|>'] as const;

/** Special tokens and one for each byte: with fewer, some text could not be written. */
export const LEAST_TOKENS = SPECIAL.length + 256;

/**
 * Byte-level BPE as GPT-2's: every text has tokens, and decoding gives it back exactly. `merges` come in the
 * order in which training found them. Training is greedy, so the first n of them are what training for n
 * would have given: of a longer list as many are taken as `vocabSize` has room for.
 */
export function bytePairTokenizer(merges: readonly Merge[], vocabSize: number): WordLevelFiles {
  const tokens: string[] = [...SPECIAL, ...byteLevelAlphabet().sort()];
  const known = new Set(tokens);
  const kept: Merge[] = [];
  for (const merge of merges) {
    if (tokens.length >= vocabSize) break;
    kept.push(merge);
    const joined = merge.join('');
    // Two ways may lead to one token.
    if (!known.has(joined)) tokens.push(joined);
    known.add(joined);
  }
  const byteLevel = {
    type: 'ByteLevel',
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: true,
  };
  const file = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map(addedToken),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: byteLevelModel(tokens, { merges: kept, ignoresMerges: false }),
  };
  return {
    tokenizer: `${JSON.stringify(file, null, 1)}\n`,
    tokenizerConfig: `${JSON.stringify(TOKENIZER_CONFIG, null, 2)}\n`,
  };
}

function addedToken(content: string, id: number): object {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  return { id, content, ...flags, special: true };
}

const TOKENIZER_CONFIG = {
  bos_token: '<s>',
  eos_token: '</s>',
  pad_token: '<pad>',
  clean_up_tokenization_spaces: false,
  tokenizer_class: 'PreTrainedTokenizerFast',
};
