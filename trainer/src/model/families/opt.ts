import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Architecture, ConfigReading, Decoder, ParameterSpec } from '../architecture.ts';
import type { ModelConfig } from '../modelConfig.ts';
import { attended, separateHeads } from '../parts/attention.ts';
import { commonKeys, withOtherKeys } from '../parts/commonConfig.ts';
import { configKeys, positive, size } from '../parts/configKeys.ts';
import { fixedFaults } from '../parts/decoderConfig.ts';
import { learntPositions } from '../parts/learntPositions.ts';
import { lookUp } from '../parts/llamaLike.ts';
import { ACTIVATIONS } from '../parts/mlp.ts';
import { layerNorm } from '../parts/norms.ts';
import { layerNormSpecs, linear, table } from '../parts/specs.ts';

const common = commonKeys({
  maxPositionEmbeddings: 2048,
  tieWordEmbeddings: true,
  bosTokenId: 2,
  eosTokenId: 2,
});

const keys = configKeys({
  ...common,
  ffn_dim: size,
  num_attention_heads: size,
  init_std: positive.default(0.02),
  do_layer_norm_before: z.boolean().default(true),
  word_embed_proj_dim: size.nullable().default(null),
  activation_function: z.enum(['relu', 'gelu_new', 'gelu_pytorch_tanh']).default('relu'),
  enable_bias: z.boolean().default(true),
});

const FIXED = { layer_norm_elementwise_affine: true, _remove_final_layer_norm: false };

interface OptConfig extends ModelConfig {
  numAttentionHeads: number;
  intermediateSize: number;
  /** False: norms after each part, and none behind the last layer (OPT-350M). */
  doLayerNormBefore: boolean;
  /** Width of embedding and head, which are projected where it is not that of the model. */
  wordEmbedProjDim: number;
  activationFunction: keyof typeof ACTIVATIONS;
  enableBias: boolean;
}

const AT = 'model.decoder';
const EPSILON = 1e-5;
/** The table of positions has two rows that stand for none. */
const POSITION_OFFSET = 2;

/** OPT (Zhang et al. 2022): learnt positions, LayerNorm with bias, biases everywhere, ReLU. */
export const opt: Architecture<OptConfig> = {
  basePrefix: 'model.',
  isBuffer: () => false,
  head: ({ tieWordEmbeddings }) =>
    tieWordEmbeddings ? `${AT}.embed_tokens.weight` : 'lm_head.weight',
  rotaryTables: () => ({}),
  readConfig,
  writeConfig,

  parameters(config) {
    const { vocabSize, hiddenSize, wordEmbedProjDim, initializerRange: deviation } = config;
    const embedding = { rows: vocabSize, width: wordEmbedProjDim, deviation };
    const positions = config.maxPositionEmbeddings + POSITION_OFFSET;
    const inner = { in: wordEmbedProjDim, out: hiddenSize, deviation };
    const outer = { in: hiddenSize, out: wordEmbedProjDim, deviation };
    return {
      embedding: {
        ...table(`${AT}.embed_tokens`, embedding),
        ...table(`${AT}.embed_positions`, { rows: positions, width: hiddenSize, deviation }),
        ...(isProjected(config) && linear(`${AT}.project_in`, inner)),
      },
      layers: Array.from({ length: config.numHiddenLayers }, (_, layer) =>
        layerSpecs(config, layerName(layer)),
      ),
      final: {
        ...(config.doLayerNormBefore && layerNormSpecs(`${AT}.final_layer_norm`, hiddenSize)),
        ...(isProjected(config) && linear(`${AT}.project_out`, outer)),
        ...(!config.tieWordEmbeddings && table('lm_head', embedding)),
      },
    };
  },

  attention: ({ numAttentionHeads: heads, hiddenSize }) => ({
    heads,
    keyValueHeads: heads,
    headDim: hiddenSize / heads,
  }),

  embed(decoder, tokens) {
    const { parameter, project, config } = decoder;
    const looked = lookUp(parameter(`${AT}.embed_tokens.weight`), tokens);
    const ofTokens = isProjected(config) ? project(`${AT}.project_in`, looked) : looked;
    const table = parameter(`${AT}.embed_positions.weight`);
    return tf.add(ofTokens, learntPositions(table, tokens, POSITION_OFFSET));
  },

  layer(decoder, layer, xND, context) {
    const at = layerName(layer);
    const { doLayerNormBefore, activationFunction } = decoder.config;
    const part = (name: string, x: tf.Tensor, compute: (x: tf.Tensor) => tf.Tensor): tf.Tensor => {
      const norm = (y: tf.Tensor) => layerNorm(decoder, name, { xND: y, epsilon: EPSILON });
      return doLayerNormBefore ? tf.add(x, compute(norm(x))) : norm(tf.add(x, compute(x)));
    };
    const x = part(`${at}.self_attn_layer_norm`, xND, (before) => {
      const heads = separateHeads(decoder, `${at}.self_attn`, before, context);
      return attended(decoder, `${at}.self_attn.out_proj`, heads, context);
    });
    return part(`${at}.final_layer_norm`, x, (before) => {
      const inner = ACTIVATIONS[activationFunction](decoder.project(`${at}.fc1`, before));
      return decoder.project(`${at}.fc2`, inner);
    });
  },

  finish(decoder: Decoder<OptConfig>, xND) {
    const { config, project } = decoder;
    const normed = config.doLayerNormBefore
      ? layerNorm(decoder, `${AT}.final_layer_norm`, { xND, epsilon: EPSILON })
      : xND;
    return isProjected(config) ? project(`${AT}.project_out`, normed) : normed;
  },

  activations: ({ hiddenSize, intermediateSize }) => 10 * hiddenSize + 2 * intermediateSize,
};

function layerName(layer: number): string {
  return `${AT}.layers.${layer}`;
}

function isProjected({ wordEmbedProjDim, hiddenSize }: OptConfig): boolean {
  return wordEmbedProjDim !== hiddenSize;
}

function layerSpecs(config: OptConfig, at: string): Record<string, ParameterSpec> {
  const { hiddenSize: width, intermediateSize, initializerRange, enableBias } = config;
  const module = (name: string, sizes = { in: width, out: width }) =>
    linear(`${at}.${name}`, { ...sizes, bias: enableBias, deviation: initializerRange });
  return {
    ...module('self_attn.k_proj'),
    ...module('self_attn.v_proj'),
    ...module('self_attn.q_proj'),
    ...module('self_attn.out_proj'),
    ...layerNormSpecs(`${at}.self_attn_layer_norm`, width),
    ...module('fc1', { in: width, out: intermediateSize }),
    ...module('fc2', { in: intermediateSize, out: width }),
    ...layerNormSpecs(`${at}.final_layer_norm`, width),
  };
}

function readConfig(json: Record<string, unknown>): ConfigReading<OptConfig> {
  const { value, faults } = keys.read({
    ...json,
    ffn_dim: json.ffn_dim ?? json.intermediate_size,
    init_std: json.init_std ?? json.initializer_range,
  });
  const all = [...faults, ...fixedFaults(json, FIXED)];
  if (value === null || all.length > 0) return { config: null, faults: all };
  const { ffnDim, initStd, eosTokenId, wordEmbedProjDim, ...rest } = value;
  const { hiddenSize, numAttentionHeads: heads } = rest;
  if (hiddenSize % heads !== 0) {
    const fault = `"hidden_size": ${hiddenSize} is no multiple of num_attention_heads ${heads}`;
    return { config: null, faults: [fault] };
  }
  const config = {
    modelType: 'opt',
    ...rest,
    intermediateSize: ffnDim,
    initializerRange: initStd,
    wordEmbedProjDim: wordEmbedProjDim ?? hiddenSize,
    eosTokenIds: [eosTokenId ?? []].flat(),
  };
  return withOtherKeys(config, json, writeConfig(config));
}

function writeConfig(config: OptConfig): Record<string, unknown> {
  return {
    ...config.otherKeys,
    architectures: ['OPTForCausalLM'],
    model_type: 'opt',
    ...FIXED,
    ...keys.write({
      ...config,
      ffnDim: config.intermediateSize,
      initStd: config.initializerRange,
      eosTokenId: config.eosTokenIds[0] ?? null,
    }),
  };
}
