import { z } from 'zod';
import type { Architecture } from '../architecture.ts';
import { normedHeads, turned } from '../parts/attention.ts';
import { configKeys, type ValuesOf } from '../parts/configKeys.ts';
import { type DecoderConfig, decoderConfigs } from '../parts/decoderConfig.ts';
import { biases, llamaLike, llamaLikeParameters, preNormSpecs } from '../parts/llamaLike.ts';
import { overHeads, rmsNorm } from '../parts/norms.ts';
import { preNormLayer } from '../parts/preNormLayer.ts';
import { rmsNormSpecs } from '../parts/specs.ts';
import { layerTypeFaults, switchedWindow, switchedWindowKeys } from '../parts/windows.ts';

const own = configKeys({ ...switchedWindowKeys, attention_bias: z.boolean().default(false) });

type Qwen3Config = DecoderConfig & ValuesOf<typeof own>;

/** Qwen 3, dense: Llama with an RMSNorm over each head of queries and keys. */
export const qwen3: Architecture<Qwen3Config> = {
  ...llamaLike,
  ...decoderConfigs({
    modelType: 'qwen3',
    className: 'Qwen3ForCausalLM',
    defaults: {
      maxPositionEmbeddings: 32_768,
      tieWordEmbeddings: false,
      bosTokenId: null,
      eosTokenId: null,
      rmsNormEps: 1e-6,
      ropeTheta: 10_000,
      headDim: 128,
    },
    fixed: { hidden_act: 'silu' },
    own,
    check: layerTypeFaults,
  }),

  parameters: (config) =>
    llamaLikeParameters(config, (at) =>
      preNormSpecs(config, at, {
        attention: biases(config.attentionBias),
        headNorms: {
          ...rmsNormSpecs(`${at}.self_attn.q_norm`, config.headDim),
          ...rmsNormSpecs(`${at}.self_attn.k_norm`, config.headDim),
        },
      }),
    ),

  attention: (config, layer) => ({
    ...llamaLike.attention(config, layer),
    window: switchedWindow(config, layer),
  }),

  layer: preNormLayer({
    heads: (decoder, module, xND, context) =>
      turned(normedHeads(decoder, module, { xND, norm: overHeads(rmsNorm) }, context), context),
  }),
};
