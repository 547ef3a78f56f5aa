import type { Architecture } from '../architecture.ts';
import { configKeys, size, type ValuesOf } from '../parts/configKeys.ts';
import { type DecoderConfig, decoderConfigs } from '../parts/decoderConfig.ts';
import { biases, llamaLike, llamaLikeParameters, preNormSpecs } from '../parts/llamaLike.ts';
import { preNormLayer } from '../parts/preNormLayer.ts';

const own = configKeys({ sliding_window: size.nullable().default(4096) });

type MistralConfig = DecoderConfig & ValuesOf<typeof own>;

/** Mistral (Jiang et al. 2023): Llama whose layers attend to a window of the last tokens, where it has one. */
export const mistral: Architecture<MistralConfig> = {
  ...llamaLike,
  ...decoderConfigs({
    modelType: 'mistral',
    className: 'MistralForCausalLM',
    defaults: {
      maxPositionEmbeddings: 131_072,
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
    llamaLikeParameters(config, (at) => preNormSpecs(config, at, { attention: biases(false) })),

  attention: (config, layer) => ({
    ...llamaLike.attention(config, layer),
    window: config.slidingWindow,
  }),

  layer: preNormLayer(),
};
