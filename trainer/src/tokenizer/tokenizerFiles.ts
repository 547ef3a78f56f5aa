/** The texts of a tokenizer's files; plain data, so that a worker can build the same tokenizer. */
export interface TokenizerFiles {
  /** For messages: the folder or file. */
  place: string;
  /** `tokenizer.json`. */
  tokenizer: string;
  /** `tokenizer_config.json`. */
  tokenizerConfig: string | null;
  /** `chat_template.jinja`, which goes before the template in `tokenizer_config.json`. */
  chatTemplate: string | null;
  /** Ids from the checkpoint's `config.json`, used where `tokenizer_config.json` names none. */
  bosTokenId: number | null;
  eosTokenId: number | null;
}

export type TokenizerJson = Record<string, unknown>;
