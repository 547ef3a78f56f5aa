import { z } from 'zod';
import type { Architecture } from '../architecture.ts';
import { separateHeads, turned } from '../parts/attention.ts';
import { configKeys, size, type ValuesOf } from '../parts/configKeys.ts';
import { type DecoderConfig, decoderConfigs } from '../parts/decoderConfig.ts';
import { biases, llamaLike, llamaLikeParameters, preNormSpecs } from '../parts/llamaLike.ts';
import { preNormLayer } from '../parts/preNormLayer.ts';
import { layerTypeFaults, layerTypeKeys } from '../parts/windows.ts';

const own = configKeys({
  ...layerTypeKeys,
  use_sliding_window: z.boolean().default(false),
  no_rope_layers: z
    .array(z.union([z.literal(0), z.literal(1)]))
    .nullable()
    .default(null),
  no_rope_layer_interval: size.default(4),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
});

type SmolLm3Config = DecoderConfig & ValuesOf<typeof own>;

/** SmolLM3: Llama in which every few layers have no positions (NoPE). */
export const smollm3: Architecture<SmolLm3Config> = {
  ...llamaLike,
  ...decoderConfigs({
    modelType: 'smollm3',
    className: 'SmolLM3ForCausalLM',
    defaults: {
      maxPositionEmbeddings: 32_768,
      tieWordEmbeddings: true,
      bosTokenId: 128_000,
      eosTokenId: 128_001,
      rmsNormEps: 1e-6,
      ropeTheta: 2_000_000,
    },
    fixed: { hidden_act: 'silu' },
    own,
    check: (config) => [...layerTypeFaults(config), ...noRopeFaults(config)],
  }),

  parameters: (config) =>
    llamaLikeParameters(config, (at) =>
      preNormSpecs(config, at, { attention: biases(config.attentionBias), mlp: config.mlpBias }),
    ),

  attention: (config, layer) => ({
    ...llamaLike.attention(config, layer),
    window: config.useSlidingWindow && slides(config, layer) ? config.slidingWindow : null,
  }),

  layer: preNormLayer({
    heads(decoder, module, xND, context) {
      const heads = separateHeads(decoder, module, xND, context);
      return turns(decoder.config, context.layer) ? turned(heads, context) : heads;
    },
  }),
};

/** Whether a layer has positions; in `no_rope_layers` 1 stands for those that have them. */
function turns({ noRopeLayers, noRopeLayerInterval }: SmolLm3Config, layer: number): boolean {
  if (noRopeLayers !== null) return noRopeLayers[layer] === 1;
  return (layer + 1) % noRopeLayerInterval !== 0;
}

function slides(config: SmolLm3Config, layer: number): boolean {
  if (config.layerTypes !== null) return config.layerTypes[layer] === 'sliding_attention';
  return !turns(config, layer);
}

function noRopeFaults({ noRopeLayers, numHiddenLayers }: SmolLm3Config): string[] {
  if (noRopeLayers === null || noRopeLayers.length === numHiddenLayers) return [];
  return [`"no_rope_layers": has ${noRopeLayers.length} entries for ${numHiddenLayers} layers`];
}
