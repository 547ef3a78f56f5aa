import type { Architecture } from '../architecture.ts';
import { fusedHeads, turned } from '../parts/attention.ts';
import { configKeys, size, type ValuesOf } from '../parts/configKeys.ts';
import { type DecoderConfig, decoderConfigs } from '../parts/decoderConfig.ts';
import { llamaLike, llamaLikeParameters } from '../parts/llamaLike.ts';
import { fusedSwiGluMlp } from '../parts/mlp.ts';
import { preNormLayer } from '../parts/preNormLayer.ts';
import { linear, rmsNormSpecs } from '../parts/specs.ts';

const own = configKeys({
  sliding_window: size.nullable().default(null),
  original_max_position_embeddings: size.default(4096),
});

type Phi3Config = DecoderConfig & ValuesOf<typeof own>;

const files = decoderConfigs({
  modelType: 'phi3',
  className: 'Phi3ForCausalLM',
  defaults: {
    maxPositionEmbeddings: 4096,
    tieWordEmbeddings: false,
    bosTokenId: 1,
    eosTokenId: 32_000,
    rmsNormEps: 1e-5,
    ropeTheta: 10_000,
  },
  fixed: { hidden_act: 'silu' },
  own,
});

/** Phi-3 and Phi-4-mini: Llama with one matrix for q, k and v and one for gate and up, partial rotation, LongRoPE. */
export const phi3: Architecture<Phi3Config> = {
  ...llamaLike,

  readConfig: (json) => files.readConfig(withLongRope(json)),
  writeConfig: (config) => files.writeConfig(config),

  parameters: (config) => {
    const { hiddenSize, intermediateSize, initializerRange: deviation } = config;
    const [q, k, v] = widths(config);
    return llamaLikeParameters(config, (at) => ({
      ...rmsNormSpecs(`${at}.input_layernorm`, hiddenSize),
      ...linear(`${at}.self_attn.o_proj`, { in: q, out: hiddenSize, deviation }),
      ...linear(`${at}.self_attn.qkv_proj`, { in: hiddenSize, out: q + k + v, deviation }),
      ...linear(`${at}.mlp.gate_up_proj`, {
        in: hiddenSize,
        out: 2 * intermediateSize,
        deviation,
      }),
      ...linear(`${at}.mlp.down_proj`, { in: intermediateSize, out: hiddenSize, deviation }),
      ...rmsNormSpecs(`${at}.post_attention_layernorm`, hiddenSize),
    }));
  },

  attention: (config, layer) => ({
    ...llamaLike.attention(config, layer),
    window: config.slidingWindow,
  }),

  layer: preNormLayer({
    mlp: fusedSwiGluMlp,
    heads(decoder, module, xND, context) {
      const given = { xND, widths: widths(decoder.config) };
      return turned(fusedHeads(decoder, `${module}.qkv_proj`, given, context), context);
    },
  }),
};

/** What the fused matrix gives of queries, keys and values. */
function widths({
  headDim,
  numAttentionHeads,
  numKeyValueHeads,
}: Phi3Config): [number, number, number] {
  return [headDim * numAttentionHeads, headDim * numKeyValueHeads, headDim * numKeyValueHeads];
}

/** Old files call LongRoPE `su` or `yarn`, and all keep the original context beside the scaling. */
function withLongRope(json: Record<string, unknown>): Record<string, unknown> {
  const key = json.rope_parameters === undefined ? 'rope_scaling' : 'rope_parameters';
  const given = json[key] as Record<string, unknown> | null | undefined;
  const type = given?.rope_type ?? given?.type;
  if (!given || type === 'default' || type === undefined) return json;
  const original = json.original_max_position_embeddings ?? 4096;
  const rope_type = type === 'yarn' ? 'longrope' : type;
  return { ...json, [key]: { ...given, rope_type, original_max_position_embeddings: original } };
}
