import { parameterShapes } from '../../../../trainer/src/model/architectures.ts';
import {
  elementCount,
  type TensorSource,
} from '../../../../trainer/src/checkpoint/tensorSource.ts';
import { tensorsInMemory, type Tensor } from '../../../support/tensorsInMemory.ts';
import type { LlamaConfig } from '../../../../trainer/src/model/families/llama.ts';

/** Heads wider than the hidden size, grouped keys, two end tokens: nothing at its default. */
export const TINY: LlamaConfig = {
  modelType: 'llama',
  vocabSize: 11,
  hiddenSize: 8,
  intermediateSize: 12,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  headDim: 4,
  rmsNormEps: 1e-5,
  ropeTheta: 5000,
  ropeScaling: null,
  partialRotaryFactor: 1,
  attentionBias: false,
  mlpBias: false,
  tieWordEmbeddings: false,
  maxPositionEmbeddings: 64,
  bosTokenId: 3,
  eosTokenIds: [4, 5],
  initializerRange: 0.03,
};

/** Weights that differ from element to element and are exact in bf16 and f16. */
export function tinyWeights(config: LlamaConfig): TensorSource & { tensors: Map<string, Tensor> } {
  const tensors = new Map<string, Tensor>();
  let seed = 1;
  for (const [name, shape] of Object.entries(parameterShapes(config))) {
    const values = new Float32Array(elementCount(shape));
    for (let i = 0; i < values.length; i++) {
      seed = (seed * 48271) % 2147483647;
      values[i] = ((seed % 255) - 127) / 256;
    }
    tensors.set(name, { shape, values });
  }
  return { ...tensorsInMemory(tensors), tensors };
}
