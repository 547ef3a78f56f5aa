/** The model of byte-level BPE in a `tokenizer.json`; ids follow the order of the tokens. */
export function byteLevelModel(
  tokens: readonly string[],
  {
    merges,
    ignoresMerges,
  }: {
    merges: readonly (string | readonly [string, string])[];
    /** A word that is a token itself is not put together. */
    ignoresMerges: boolean;
  },
): object {
  return {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: ignoresMerges,
    vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    merges,
  };
}
