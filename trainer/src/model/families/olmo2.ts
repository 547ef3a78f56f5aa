import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Architecture } from '../architecture.ts';
import { attended, normedHeads, turned } from '../parts/attention.ts';
import { configKeys, type ValuesOf } from '../parts/configKeys.ts';
import { type DecoderConfig, decoderConfigs } from '../parts/decoderConfig.ts';
import {
  attentionSpecs,
  biases,
  gatedMlpSpecs,
  layerName,
  llamaLike,
  llamaLikeParameters,
} from '../parts/llamaLike.ts';
import { swiGluMlp } from '../parts/mlp.ts';
import { overHeads, rmsNorm } from '../parts/norms.ts';
import { rmsNormSpecs } from '../parts/specs.ts';

const own = configKeys({ attention_bias: z.boolean().default(false) });

type Olmo2Config = DecoderConfig & ValuesOf<typeof own>;

/** OLMo 2: norms after each part instead of before, and over all queries and all keys (OLMo Team 2024). */
export const olmo2: Architecture<Olmo2Config> = {
  ...llamaLike,
  ...decoderConfigs({
    modelType: 'olmo2',
    className: 'Olmo2ForCausalLM',
    defaults: {
      maxPositionEmbeddings: 2048,
      tieWordEmbeddings: false,
      bosTokenId: null,
      eosTokenId: 50_279,
      rmsNormEps: 1e-5,
      ropeTheta: 10_000,
    },
    fixed: { hidden_act: 'silu' },
    own,
  }),

  parameters: (config) =>
    llamaLikeParameters(config, (at) => ({
      ...attentionSpecs(config, `${at}.self_attn`, biases(config.attentionBias)),
      ...rmsNormSpecs(`${at}.self_attn.q_norm`, config.headDim * config.numAttentionHeads),
      ...rmsNormSpecs(`${at}.self_attn.k_norm`, config.headDim * config.numKeyValueHeads),
      ...rmsNormSpecs(`${at}.post_attention_layernorm`, config.hiddenSize),
      ...gatedMlpSpecs(config, `${at}.mlp`),
      ...rmsNormSpecs(`${at}.post_feedforward_layernorm`, config.hiddenSize),
    })),

  layer(decoder, layer, xND, context) {
    const at = layerName(layer);
    const heads = normedHeads(
      decoder,
      `${at}.self_attn`,
      { xND, norm: overHeads(rmsNorm) },
      context,
    );
    const seen = attended(decoder, `${at}.self_attn.o_proj`, turned(heads, context), context);
    const x = tf.add(xND, rmsNorm(decoder, `${at}.post_attention_layernorm`, seen));
    const fed = swiGluMlp(decoder, `${at}.mlp`, x);
    return tf.add(x, rmsNorm(decoder, `${at}.post_feedforward_layernorm`, fed));
  },
};
