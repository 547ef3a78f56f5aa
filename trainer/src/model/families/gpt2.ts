import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Architecture, ConfigReading } from '../architecture.ts';
import type { ModelConfig } from '../modelConfig.ts';
import { attended, fusedHeads } from '../parts/attention.ts';
import { withOtherKeys } from '../parts/commonConfig.ts';
import { configKeys, positive, size } from '../parts/configKeys.ts';
import { fixedFaults } from '../parts/decoderConfig.ts';
import { lookUp } from '../parts/llamaLike.ts';
import { learntPositions } from '../parts/learntPositions.ts';
import { ACTIVATIONS } from '../parts/mlp.ts';
import { layerNorm } from '../parts/norms.ts';
import { layerNormSpecs, linear, table } from '../parts/specs.ts';

const tokenId = z.int().nonnegative();

const keys = configKeys({
  vocab_size: size,
  n_positions: size.default(1024),
  n_embd: size,
  n_layer: size,
  n_head: size,
  n_inner: size.nullable().default(null),
  activation_function: z.enum(['gelu_new', 'gelu_pytorch_tanh', 'relu']).default('gelu_new'),
  layer_norm_epsilon: positive.default(1e-5),
  initializer_range: positive.default(0.02),
  scale_attn_weights: z.boolean().default(true),
  scale_attn_by_inverse_layer_idx: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(true),
  bos_token_id: tokenId.nullable().default(50_256),
  eos_token_id: z.union([tokenId, z.array(tokenId), z.null()]).default(50_256),
});

/** The names of other families, which transformers takes too. */
const ALIASES = {
  n_positions: 'max_position_embeddings',
  n_embd: 'hidden_size',
  n_layer: 'num_hidden_layers',
  n_head: 'num_attention_heads',
  n_inner: 'intermediate_size',
} as const;

const FIXED = { add_cross_attention: false };

interface Gpt2Config extends ModelConfig {
  numAttentionHeads: number;
  intermediateSize: number;
  activationFunction: keyof typeof ACTIVATIONS;
  layerNormEpsilon: number;
  scaleAttnWeights: boolean;
  scaleAttnByInverseLayerIdx: boolean;
}

/**
 * GPT-2 (Radford et al. 2019): learnt positions, LayerNorm with bias, one matrix for queries, keys and
 * values, GELU. Its matrices are stored `[in, out]` (`Conv1D`).
 */
export const gpt2: Architecture<Gpt2Config> = {
  basePrefix: 'transformer.',
  isBuffer: (name) => /\.attn\.(masked_)?bias$/.test(name),
  head: ({ tieWordEmbeddings }) =>
    tieWordEmbeddings ? 'transformer.wte.weight' : 'lm_head.weight',
  rotaryTables: () => ({}),
  readConfig,
  writeConfig,

  parameters(config) {
    const { vocabSize, hiddenSize: width, initializerRange: deviation } = config;
    const embedding = { rows: vocabSize, width, deviation };
    return {
      embedding: {
        ...table('transformer.wte', embedding),
        ...table('transformer.wpe', { ...embedding, rows: config.maxPositionEmbeddings }),
      },
      layers: Array.from({ length: config.numHiddenLayers }, (_, layer) =>
        layerSpecs(config, layerName(layer)),
      ),
      final: {
        ...layerNormSpecs('transformer.ln_f', width),
        ...(!config.tieWordEmbeddings && table('lm_head', embedding)),
      },
    };
  },

  attention(config, layer) {
    const { numAttentionHeads: heads, hiddenSize } = config;
    const headDim = hiddenSize / heads;
    const scale = config.scaleAttnWeights ? 1 / Math.sqrt(headDim) : 1;
    const divisor = config.scaleAttnByInverseLayerIdx ? layer + 1 : 1;
    return { heads, keyValueHeads: heads, headDim, scale: scale / divisor };
  },

  embed(decoder, tokens) {
    const { parameter } = decoder;
    const ofTokens = lookUp(parameter('transformer.wte.weight'), tokens);
    return tf.add(ofTokens, learntPositions(parameter('transformer.wpe.weight'), tokens));
  },

  layer(decoder, layer, xND, context) {
    const at = layerName(layer);
    const { hiddenSize, layerNormEpsilon: epsilon, activationFunction } = decoder.config;
    const before = layerNorm(decoder, `${at}.ln_1`, { xND, epsilon });
    const given = {
      xND: before,
      widths: [hiddenSize, hiddenSize, hiddenSize] as [number, number, number],
    };
    const heads = fusedHeads(decoder, `${at}.attn.c_attn`, given, context);
    const x = tf.add(xND, attended(decoder, `${at}.attn.c_proj`, heads, context));
    const middle = layerNorm(decoder, `${at}.ln_2`, { xND: x, epsilon });
    const inner = ACTIVATIONS[activationFunction](decoder.project(`${at}.mlp.c_fc`, middle));
    return tf.add(x, decoder.project(`${at}.mlp.c_proj`, inner));
  },

  finish: (decoder, xND) =>
    layerNorm(decoder, 'transformer.ln_f', { xND, epsilon: decoder.config.layerNormEpsilon }),

  activations: ({ hiddenSize, intermediateSize }) => 10 * hiddenSize + 2 * intermediateSize,
};

function layerName(layer: number): string {
  return `transformer.h.${layer}`;
}

/** What is added to the residual stream begins smaller the more layers there are. */
function layerSpecs(config: Gpt2Config, at: string): ReturnType<typeof linear> {
  const { hiddenSize: width, intermediateSize, initializerRange, numHiddenLayers } = config;
  const residual = initializerRange / Math.sqrt(2 * numHiddenLayers);
  const module = (sizes: { in: number; out: number }, deviation = initializerRange) =>
    ({ ...sizes, bias: true, deviation, layout: 'in-out' }) as const;
  return {
    ...layerNormSpecs(`${at}.ln_1`, width),
    ...linear(`${at}.attn.c_attn`, module({ in: width, out: 3 * width })),
    ...linear(`${at}.attn.c_proj`, module({ in: width, out: width }, residual)),
    ...layerNormSpecs(`${at}.ln_2`, width),
    ...linear(`${at}.mlp.c_fc`, module({ in: width, out: intermediateSize })),
    ...linear(`${at}.mlp.c_proj`, module({ in: intermediateSize, out: width }, residual)),
  };
}

function readConfig(json: Record<string, unknown>): ConfigReading<Gpt2Config> {
  const aliased = Object.entries(ALIASES).map(([own, other]) => [own, json[own] ?? json[other]]);
  const { value, faults } = keys.read({ ...json, ...definedOnly(aliased) });
  const all = [...faults, ...fixedFaults(json, FIXED)];
  if (value === null || all.length > 0) return { config: null, faults: all };
  const { nEmbd, nPositions, nLayer, nHead, nInner, eosTokenId, ...rest } = value;
  if (nEmbd % nHead !== 0)
    return { config: null, faults: [`"n_embd": ${nEmbd} is no multiple of n_head ${nHead}`] };
  const config = {
    modelType: 'gpt2',
    ...rest,
    hiddenSize: nEmbd,
    maxPositionEmbeddings: nPositions,
    numHiddenLayers: nLayer,
    numAttentionHeads: nHead,
    intermediateSize: nInner ?? 4 * nEmbd,
    eosTokenIds: [eosTokenId ?? []].flat(),
  };
  return withOtherKeys(config, json, writeConfig(config));
}

function writeConfig(config: Gpt2Config): Record<string, unknown> {
  const { hiddenSize, maxPositionEmbeddings, numHiddenLayers, numAttentionHeads } = config;
  return {
    ...config.otherKeys,
    architectures: ['GPT2LMHeadModel'],
    model_type: 'gpt2',
    ...FIXED,
    ...keys.write({
      ...config,
      nEmbd: hiddenSize,
      nPositions: maxPositionEmbeddings,
      nLayer: numHiddenLayers,
      nHead: numAttentionHeads,
      nInner: config.intermediateSize === 4 * hiddenSize ? null : config.intermediateSize,
      eosTokenId: config.eosTokenIds[0] ?? null,
    }),
  };
}

function definedOnly(entries: readonly unknown[][]): Record<string, unknown> {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<
    string,
    unknown
  >;
}
