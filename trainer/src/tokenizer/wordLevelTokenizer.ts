/** Special tokens of a word-level tokenizer, in the order of their ids. */
const WORD_LEVEL_SPECIAL = { unk: '<unk>', pad: '<pad>', bos: '<s>', eos: '</s>' } as const;

/** One line break, or a run of letters and digits, or one other sign, each with the space before it. */
const WORD = '\\n| ?[\\p{L}\\p{N}_]+| ?[^\\s\\p{L}\\p{N}_]|\\s';

export interface WordLevelFiles {
  /** Contents of `tokenizer.json`. */
  tokenizer: string;
  /** Contents of `tokenizer_config.json`. */
  tokenizerConfig: string;
}

/**
 * A tokenizer for a small closed world: one token a word, a space belongs to the word after it, so
 * that decoding gives the text back exactly. The vocabulary is every word of `texts`, most frequent
 * first (ties by spelling); unknown words become `<unk>`.
 */
export function wordLevelTokenizer(texts: Iterable<string>): WordLevelFiles {
  const counts = new Map<string, number>();
  const word = new RegExp(WORD, 'gu');
  for (const text of texts) {
    for (const [token] of text.matchAll(word)) counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  const special = Object.values(WORD_LEVEL_SPECIAL);
  const words = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const tokens = [...special, ...words.map(([token]) => token)];
  const file = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map(addedToken),
    normalizer: null,
    pre_tokenizer: { type: 'Split', pattern: { Regex: WORD }, behavior: 'Isolated', invert: false },
    post_processor: null,
    decoder: { type: 'Fuse' },
    model: {
      type: 'WordLevel',
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      unk_token: WORD_LEVEL_SPECIAL.unk,
    },
  };
  return {
    tokenizer: `${JSON.stringify(file, null, 1)}\n`,
    tokenizerConfig: `${JSON.stringify(tokenizerConfig, null, 2)}\n`,
  };
}

function addedToken(content: string, id: number): object {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  return { id, content, ...flags, special: true };
}

const tokenizerConfig = {
  bos_token: WORD_LEVEL_SPECIAL.bos,
  eos_token: WORD_LEVEL_SPECIAL.eos,
  pad_token: WORD_LEVEL_SPECIAL.pad,
  unk_token: WORD_LEVEL_SPECIAL.unk,
  clean_up_tokenization_spaces: false,
  tokenizer_class: 'PreTrainedTokenizerFast',
};
