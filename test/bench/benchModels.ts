import type { LlamaConfig } from '../../trainer/src/model/families/llama.ts';

const COMMON = {
  modelType: 'llama',
  rmsNormEps: 1e-5,
  ropeTheta: 10_000,
  ropeScaling: null,
  partialRotaryFactor: 1,
  attentionBias: false,
  mlpBias: false,
  maxPositionEmbeddings: 8192,
  bosTokenId: null,
  eosTokenIds: [1],
  initializerRange: 0.02,
} as const;

/** 52 M parameters, a third of them in each of embedding and head. */
export const MODEL_52M: LlamaConfig = {
  ...COMMON,
  eosTokenIds: [1],
  vocabSize: 32_000,
  hiddenSize: 512,
  intermediateSize: 1408,
  numHiddenLayers: 6,
  numAttentionHeads: 8,
  numKeyValueHeads: 8,
  headDim: 64,
  tieWordEmbeddings: false,
};

/** 2.2 M parameters: small operations dominate. */
export const MODEL_2M: LlamaConfig = {
  ...COMMON,
  eosTokenIds: [1],
  vocabSize: 2048,
  hiddenSize: 192,
  intermediateSize: 512,
  numHiddenLayers: 4,
  numAttentionHeads: 6,
  numKeyValueHeads: 6,
  headDim: 32,
  tieWordEmbeddings: true,
};

/** The shape of SmolLM2-135M. */
export const MODEL_30_LAYERS: LlamaConfig = {
  ...COMMON,
  eosTokenIds: [2],
  ropeTheta: 100_000,
  vocabSize: 49_152,
  hiddenSize: 576,
  intermediateSize: 1536,
  numHiddenLayers: 30,
  numAttentionHeads: 9,
  numKeyValueHeads: 3,
  headDim: 64,
  tieWordEmbeddings: true,
};
