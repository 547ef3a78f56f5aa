/** How a decoder of the Llama family is built; the camel-cased part of a Hugging Face `config.json` that matters. */
export interface ModelConfig {
  modelType: 'llama';
  vocabSize: number;
  hiddenSize: number;
  intermediateSize: number;
  numHiddenLayers: number;
  numAttentionHeads: number;
  numKeyValueHeads: number;
  /** Size of one head; `headDim * numAttentionHeads` need not equal `hiddenSize`. */
  headDim: number;
  rmsNormEps: number;
  ropeTheta: number;
  ropeScaling: RopeScaling | null;
  tieWordEmbeddings: boolean;
  maxPositionEmbeddings: number;
  bosTokenId: number | null;
  /** Tokens that end a generation; the first is the one written back to `config.json`. */
  eosTokenIds: number[];
  initializerRange: number;
}

export type RopeScaling =
  | { ropeType: 'linear'; factor: number }
  | {
      ropeType: 'llama3';
      factor: number;
      lowFreqFactor: number;
      highFreqFactor: number;
      originalMaxPositionEmbeddings: number;
    };
