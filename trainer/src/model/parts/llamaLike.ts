import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Architecture, ModelParameters, ParameterSpec, Tokens } from '../architecture.ts';
import { ROTARY } from './attention.ts';
import type { DecoderConfig } from './decoderConfig.ts';
import { rmsNorm } from './norms.ts';
import { rotaryTables } from './rotaryTables.ts';
import { linear, rmsNormSpecs, table } from './specs.ts';

const EMBEDDING = 'model.embed_tokens';
const FINAL_NORM = 'model.norm';

/** What the names of a layer's parameters begin with. */
export function layerName(layer: number): string {
  return `model.layers.${layer}`;
}

type Shared = Omit<
  Architecture<DecoderConfig>,
  'readConfig' | 'writeConfig' | 'parameters' | 'layer'
>;

/** What the descendants of Llama have in common; a family spreads it and changes what differs. */
export const llamaLike: Shared = {
  basePrefix: 'model.',
  isBuffer: (name) => name.endsWith('.rotary_emb.inv_freq'),
  head: ({ tieWordEmbeddings }) => (tieWordEmbeddings ? `${EMBEDDING}.weight` : 'lm_head.weight'),
  attention: ({ numAttentionHeads, numKeyValueHeads, headDim }) => ({
    heads: numAttentionHeads,
    keyValueHeads: numKeyValueHeads,
    headDim,
  }),
  rotaryTables: (config, size) => ({ [ROTARY]: rotaryTables(config, size) }),
  embed: ({ parameter }, tokens) => lookUp(parameter(`${EMBEDDING}.weight`), tokens),
  finish: (decoder, xND) => rmsNorm(decoder, FINAL_NORM, xND),
  activations: ({ hiddenSize, intermediateSize, headDim, numAttentionHeads, numKeyValueHeads }) =>
    6 * hiddenSize + 2 * headDim * (numAttentionHeads + numKeyValueHeads) + 3 * intermediateSize,
};

/** The embedding of each token, float32 `[B T, D]`. */
export function lookUp(tableVD: Tensor, { idsBT }: Tokens): Tensor {
  return tf.gather(tableVD, tf.reshape<tf.Rank.R1>(idsBT, [idsBT.size]));
}

type Specs = Record<string, ParameterSpec>;

/** All parameters, from those of each layer; `norm` is what the weights of norms begin with. */
export function llamaLikeParameters(
  config: DecoderConfig,
  layerSpecs: (at: string) => Specs,
  norm = 1,
): ModelParameters {
  const { vocabSize, hiddenSize, numHiddenLayers, tieWordEmbeddings } = config;
  const shape = { rows: vocabSize, width: hiddenSize, deviation: config.initializerRange };
  return {
    embedding: table(EMBEDDING, shape),
    layers: Array.from({ length: numHiddenLayers }, (_, layer) => layerSpecs(layerName(layer))),
    final: {
      ...rmsNormSpecs(FINAL_NORM, hiddenSize, norm),
      ...(!tieWordEmbeddings && table('lm_head', shape)),
    },
  };
}

/** Biases on all projections of attention, or on none. */
export function biases(isOn: boolean): { in: boolean; out: boolean } {
  return { in: isOn, out: isOn };
}

/** A block with a norm before attention and one before its gated feed-forward part. */
export function preNormSpecs(
  config: DecoderConfig,
  at: string,
  { attention, mlp = false, headNorms = {} }: PreNormParts,
): Specs {
  return {
    ...rmsNormSpecs(`${at}.input_layernorm`, config.hiddenSize),
    ...attentionSpecs(config, `${at}.self_attn`, attention),
    ...headNorms,
    ...gatedMlpSpecs(config, `${at}.mlp`, mlp),
    ...rmsNormSpecs(`${at}.post_attention_layernorm`, config.hiddenSize),
  };
}

interface PreNormParts {
  attention: { in: boolean; out: boolean };
  mlp?: boolean;
  /** Norms over the heads of queries and keys, where the family has them. */
  headNorms?: Specs;
}

/** The four projections of grouped-query attention. */
export function attentionSpecs(
  config: DecoderConfig,
  module: string,
  bias: { in: boolean; out: boolean },
): Specs {
  const { hiddenSize, headDim, numAttentionHeads, numKeyValueHeads } = config;
  const deviation = config.initializerRange;
  const queries = headDim * numAttentionHeads;
  const keys = headDim * numKeyValueHeads;
  const into = { in: hiddenSize, bias: bias.in, deviation };
  return {
    ...linear(`${module}.q_proj`, { ...into, out: queries }),
    ...linear(`${module}.k_proj`, { ...into, out: keys }),
    ...linear(`${module}.v_proj`, { ...into, out: keys }),
    ...linear(`${module}.o_proj`, { in: queries, out: hiddenSize, bias: bias.out, deviation }),
  };
}

/** The three projections of a gated feed-forward part. */
export function gatedMlpSpecs(config: DecoderConfig, module: string, bias = false): Specs {
  const { hiddenSize, intermediateSize, initializerRange: deviation } = config;
  const into = { in: hiddenSize, out: intermediateSize, bias, deviation };
  return {
    ...linear(`${module}.gate_proj`, into),
    ...linear(`${module}.up_proj`, into),
    ...linear(`${module}.down_proj`, { in: intermediateSize, out: hiddenSize, bias, deviation }),
  };
}
