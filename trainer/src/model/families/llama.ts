import { z } from 'zod';
import type { Architecture } from '../architecture.ts';
import { configKeys, type ValuesOf } from '../parts/configKeys.ts';
import { type DecoderConfig, decoderConfigs } from '../parts/decoderConfig.ts';
import { biases, llamaLike, llamaLikeParameters, preNormSpecs } from '../parts/llamaLike.ts';
import { preNormLayer } from '../parts/preNormLayer.ts';

const own = configKeys({
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
});

export type LlamaConfig = DecoderConfig & ValuesOf<typeof own>;

/**
 * Llama 2 and 3, and those that only differ in sizes (SmolLM2, TinyLlama): pre-norm blocks of rotary
 * grouped-query attention and SwiGLU (Touvron et al. 2023).
 */
export const llama: Architecture<LlamaConfig> = {
  ...llamaLike,
  ...decoderConfigs({
    modelType: 'llama',
    className: 'LlamaForCausalLM',
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

  layer: preNormLayer(),
};
