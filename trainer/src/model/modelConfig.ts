/**
 * What is asked of a model whatever its family, in the words of Hugging Face's `config.json`; a family
 * adds its own keys. Plain data: it names programs in caches and travels between threads.
 */
export interface ModelConfig {
  /** `model_type`: the family, a key of `ARCHITECTURES`. */
  modelType: string;
  vocabSize: number;
  hiddenSize: number;
  numHiddenLayers: number;
  tieWordEmbeddings: boolean;
  maxPositionEmbeddings: number;
  bosTokenId: number | null;
  /** Tokens that end a generation; the first is the one written back to `config.json`. */
  eosTokenIds: number[];
  initializerRange: number;
  /** Keys of `config.json` that change nothing here and are written back as they were read. */
  otherKeys?: Record<string, unknown>;
}
