import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Architecture } from '../architecture.ts';
import { configKeys, positive, type ValuesOf } from '../parts/configKeys.ts';
import { type DecoderConfig, decoderConfigs } from '../parts/decoderConfig.ts';
import { biases, llamaLike, llamaLikeParameters, preNormSpecs } from '../parts/llamaLike.ts';
import { preNormLayer } from '../parts/preNormLayer.ts';

const own = configKeys({
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  embedding_multiplier: positive.default(1),
  attention_multiplier: positive.default(1),
  residual_multiplier: positive.default(1),
  logits_scaling: positive.default(1),
});

type GraniteConfig = DecoderConfig & ValuesOf<typeof own>;

/** Granite 3: Llama with multipliers of embedding, attention, residuals and logits. */
export const granite: Architecture<GraniteConfig> = {
  ...llamaLike,
  ...decoderConfigs({
    modelType: 'granite',
    className: 'GraniteForCausalLM',
    defaults: {
      maxPositionEmbeddings: 2048,
      tieWordEmbeddings: false,
      bosTokenId: 1,
      eosTokenId: 2,
      rmsNormEps: 1e-6,
      ropeTheta: 10_000,
    },
    fixed: { hidden_act: 'silu' },
    own,
  }),

  parameters: (config) =>
    llamaLikeParameters(config, (at) =>
      preNormSpecs(config, at, { attention: biases(config.attentionBias), mlp: config.mlpBias }),
    ),

  attention: (config, layer) => ({
    ...llamaLike.attention(config, layer),
    scale: config.attentionMultiplier,
  }),

  embed: (decoder, tokens) =>
    tf.mul(llamaLike.embed(decoder, tokens), decoder.config.embeddingMultiplier),

  layer: preNormLayer({ residual: ({ residualMultiplier }) => residualMultiplier }),

  // Logits are divided; the head is linear, so what it reads can be.
  finish: (decoder, xND) => tf.div(llamaLike.finish(decoder, xND), decoder.config.logitsScaling),
};
