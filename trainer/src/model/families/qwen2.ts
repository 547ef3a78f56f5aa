import type { Architecture } from '../architecture.ts';
import { configKeys, type ValuesOf } from '../parts/configKeys.ts';
import { type DecoderConfig, decoderConfigs } from '../parts/decoderConfig.ts';
import { llamaLike, llamaLikeParameters, preNormSpecs } from '../parts/llamaLike.ts';
import { preNormLayer } from '../parts/preNormLayer.ts';
import { layerTypeFaults, switchedWindow, switchedWindowKeys } from '../parts/windows.ts';

const own = configKeys(switchedWindowKeys);

type Qwen2Config = DecoderConfig & ValuesOf<typeof own>;

/** Qwen 2 and 2.5, and what is distilled into them: Llama with biases on queries, keys and values. */
export const qwen2: Architecture<Qwen2Config> = {
  ...llamaLike,
  ...decoderConfigs({
    modelType: 'qwen2',
    className: 'Qwen2ForCausalLM',
    defaults: {
      maxPositionEmbeddings: 32_768,
      tieWordEmbeddings: false,
      bosTokenId: null,
      eosTokenId: null,
      rmsNormEps: 1e-6,
      ropeTheta: 10_000,
    },
    fixed: { hidden_act: 'silu' },
    own,
    check: layerTypeFaults,
  }),

  parameters: (config) =>
    llamaLikeParameters(config, (at) =>
      preNormSpecs(config, at, { attention: { in: true, out: false } }),
    ),

  attention: (config, layer) => ({
    ...llamaLike.attention(config, layer),
    window: switchedWindow(config, layer),
  }),

  layer: preNormLayer(),
};
