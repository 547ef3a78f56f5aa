import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Architecture } from '../architecture.ts';
import { attended, normedHeads, turned } from '../parts/attention.ts';
import { configKeys, positive, size, type ValuesOf } from '../parts/configKeys.ts';
import { type DecoderConfig, decoderConfigs } from '../parts/decoderConfig.ts';
import {
  attentionSpecs,
  biases,
  gatedMlpSpecs,
  layerName,
  llamaLike,
  llamaLikeParameters,
} from '../parts/llamaLike.ts';
import { geGluMlp } from '../parts/mlp.ts';
import { offsetRmsNorm, overHeads } from '../parts/norms.ts';
import { rotaryTables } from '../parts/rotaryTables.ts';
import { rmsNormSpecs } from '../parts/specs.ts';
import { layerTypeFaults, layerTypeKeys } from '../parts/windows.ts';

const own = configKeys({
  ...layerTypeKeys,
  sliding_window: size.nullable().default(4096),
  sliding_window_pattern: size.default(6),
  rope_local_base_freq: positive.default(10_000),
  query_pre_attn_scalar: positive.default(256),
  attention_bias: z.boolean().default(false),
});

type Gemma3Config = DecoderConfig & ValuesOf<typeof own>;

const files = decoderConfigs({
  modelType: 'gemma3_text',
  className: 'Gemma3ForCausalLM',
  defaults: {
    maxPositionEmbeddings: 131_072,
    tieWordEmbeddings: true,
    bosTokenId: 2,
    eosTokenId: 1,
    rmsNormEps: 1e-6,
    ropeTheta: 1_000_000,
    headDim: 256,
  },
  fixed: {
    hidden_activation: 'gelu_pytorch_tanh',
    attn_logit_softcapping: null,
    final_logit_softcapping: null,
    use_bidirectional_attention: false,
  },
  own,
  check: layerTypeFaults,
});

/**
 * Gemma 3, text only: local layers with a window and a RoPE base of their own between global ones, norms
 * before and after each part with weights kept as their distance from 1, norms over heads of queries and
 * keys, GEGLU, and a scaled embedding (Gemma Team 2025).
 */
export const gemma3: Architecture<Gemma3Config> = {
  ...llamaLike,

  readConfig: (json) => files.readConfig(withOneRope(json)),

  writeConfig: (config) => {
    const written = files.writeConfig(config);
    const local = { rope_type: 'default', rope_theta: config.ropeLocalBaseFreq };
    const parameters = { full_attention: written.rope_parameters, sliding_attention: local };
    return { ...written, rope_parameters: parameters };
  },

  parameters: (config) =>
    llamaLikeParameters(
      config,
      (at) => ({
        ...rmsNormSpecs(`${at}.input_layernorm`, config.hiddenSize, 0),
        ...attentionSpecs(config, `${at}.self_attn`, biases(config.attentionBias)),
        ...rmsNormSpecs(`${at}.self_attn.q_norm`, config.headDim, 0),
        ...rmsNormSpecs(`${at}.self_attn.k_norm`, config.headDim, 0),
        ...rmsNormSpecs(`${at}.post_attention_layernorm`, config.hiddenSize, 0),
        ...rmsNormSpecs(`${at}.pre_feedforward_layernorm`, config.hiddenSize, 0),
        ...gatedMlpSpecs(config, `${at}.mlp`),
        ...rmsNormSpecs(`${at}.post_feedforward_layernorm`, config.hiddenSize, 0),
      }),
      0,
    ),

  attention: (config, layer) => ({
    ...llamaLike.attention(config, layer),
    scale: config.queryPreAttnScalar ** -0.5,
    window: isLocal(config, layer) ? config.slidingWindow : null,
  }),

  rotaryTables: (config, size) => ({
    global: rotaryTables(config, size),
    local: rotaryTables(
      { ...config, ropeTheta: config.ropeLocalBaseFreq, ropeScaling: null },
      size,
    ),
  }),

  embed: (decoder, tokens) =>
    tf.mul(llamaLike.embed(decoder, tokens), Math.sqrt(decoder.config.hiddenSize)),

  layer(decoder, layer, xND, context) {
    const at = layerName(layer);
    const norm = (name: string, x: tf.Tensor): tf.Tensor =>
      offsetRmsNorm(decoder, `${at}.${name}`, x);
    const given = { xND: norm('input_layernorm', xND), norm: overHeads(offsetRmsNorm) };
    const heads = normedHeads(decoder, `${at}.self_attn`, given, context);
    const table = isLocal(decoder.config, layer) ? 'local' : 'global';
    const seen = attended(
      decoder,
      `${at}.self_attn.o_proj`,
      turned(heads, context, table),
      context,
    );
    const x = tf.add(xND, norm('post_attention_layernorm', seen));
    const fed = geGluMlp(decoder, `${at}.mlp`, norm('pre_feedforward_layernorm', x));
    return tf.add(x, norm('post_feedforward_layernorm', fed));
  },

  finish: (decoder, xND) => offsetRmsNorm(decoder, 'model.norm', xND),
};

function isLocal({ layerTypes, slidingWindowPattern }: Gemma3Config, layer: number): boolean {
  if (layerTypes !== null) return layerTypes[layer] === 'sliding_attention';
  return (layer + 1) % slidingWindowPattern !== 0;
}

/** transformers 5 keeps RoPE by the kind of layer; what is global stands where other families have it. */
function withOneRope(json: Record<string, unknown>): Record<string, unknown> {
  const { rope_parameters: nested, ...rest } = json;
  const kinds = z
    .looseObject({
      full_attention: z.looseObject({}).nullish(),
      sliding_attention: z.looseObject({ rope_theta: z.number() }).nullish(),
    })
    .safeParse(nested).data;
  if (!kinds?.full_attention && !kinds?.sliding_attention) return json;
  const { rope_theta: theta = rest.rope_theta, ...scaling } = kinds.full_attention ?? {};
  return {
    ...rest,
    ...(theta !== undefined && { rope_theta: theta }),
    rope_scaling: scaling,
    rope_local_base_freq: kinds.sliding_attention?.rope_theta ?? rest.rope_local_base_freq,
  };
}
