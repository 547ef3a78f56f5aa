import type { HostTensor } from '../../trainer/src/engine/program.ts';
import type { LlamaConfig } from '../../trainer/src/model/families/llama.ts';
import type { ModelConfig } from '../../trainer/src/model/modelConfig.ts';
import { parameterShapes } from '../../trainer/src/model/architectures.ts';
import { random, randomTensor } from './executors.ts';
import { type Matrix, matrixOf } from './plainDecoder.ts';

/** A decoder of the smallest kind in which every part is there: grouped heads, two layers. */
export const TINY_DECODER: LlamaConfig = {
  modelType: 'llama',
  vocabSize: 13,
  hiddenSize: 8,
  intermediateSize: 12,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  headDim: 4,
  rmsNormEps: 1e-5,
  ropeTheta: 100,
  ropeScaling: null,
  partialRotaryFactor: 1,
  attentionBias: false,
  mlpBias: false,
  tieWordEmbeddings: true,
  maxPositionEmbeddings: 64,
  bosTokenId: null,
  eosTokenIds: [1],
  initializerRange: 0.02,
};

/** Weights large enough that every part has an influence. */
export function tinyParameters(config: ModelConfig, seed = 1): Record<string, HostTensor> {
  const next = random(seed);
  return Object.fromEntries(
    Object.entries(parameterShapes(config)).map(([name, shape]) => [
      name,
      shape.length === 1
        ? randomTensor([...shape], next, 0.5, 1.5)
        : randomTensor([...shape], next, -0.6, 0.6),
    ]),
  );
}

export function plainWeights(parameters: Record<string, HostTensor>): Record<string, Matrix> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { data, shape }]) => [
      name,
      matrixOf(data, shape.at(-1)!),
    ]),
  );
}
