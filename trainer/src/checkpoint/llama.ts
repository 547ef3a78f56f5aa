import { z } from 'zod';
import type { ModelConfig, RopeScaling } from '../model/modelConfig.ts';
import { parameterSpecs } from '../model/parameterSpecs.ts';
import type { Architecture } from './architecture.ts';

/** Llama and those that only differ in sizes: SmolLM2, TinyLlama. */
export const llama: Architecture = { readConfig, writeConfig, parameterShapes, isBuffer };

function parameterShapes(config: ModelConfig): Map<string, readonly number[]> {
  return new Map(Object.entries(parameterSpecs(config)));
}

function isBuffer(name: string, config: ModelConfig): boolean {
  if (name === 'lm_head.weight') return config.tieWordEmbeddings;
  return name.endsWith('.rotary_emb.inv_freq');
}

const size = z.int().positive();
const tokenIds = z.union([z.int().nonnegative(), z.array(z.int().nonnegative()), z.null()]);

/** Defaults are those of transformers' LlamaConfig, which leaves keys out that old versions did not know. */
const llamaJson = z.looseObject({
  vocab_size: size,
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: size.nullish(),
  head_dim: size.nullish(),
  hidden_act: z.literal('silu').default('silu'),
  attention_bias: z.literal(false).default(false),
  mlp_bias: z.literal(false).default(false),
  rms_norm_eps: z.number().positive().default(1e-6),
  rope_theta: z.number().positive().nullish(),
  tie_word_embeddings: z.boolean().default(false),
  max_position_embeddings: size.default(2048),
  bos_token_id: z.int().nonnegative().nullable().default(1),
  eos_token_id: tokenIds.default(2),
  initializer_range: z.number().positive().default(0.02),
});

/** `rope_parameters` is transformers 5, `rope_scaling` and `type` are what came before. */
const ropeJson = z.preprocess(
  (value) => (typeof value === 'object' && value !== null ? withRopeType(value) : value),
  z.discriminatedUnion('rope_type', [
    z.looseObject({ rope_type: z.literal('default') }),
    z.looseObject({ rope_type: z.literal('linear'), factor: z.number().positive() }),
    z.looseObject({
      rope_type: z.literal('llama3'),
      factor: z.number().positive(),
      low_freq_factor: z.number().positive(),
      high_freq_factor: z.number().positive(),
      original_max_position_embeddings: size,
    }),
  ]),
);

function withRopeType(value: object): object {
  return { rope_type: 'type' in value ? value.type : 'default', ...value };
}

function readConfig(json: Record<string, unknown>): ReturnType<Architecture['readConfig']> {
  const parsed = llamaJson.safeParse(json);
  const rope = ropeJson.safeParse(json.rope_parameters ?? json.rope_scaling ?? {});
  const faults = [...issuesOf(parsed.error, []), ...issuesOf(rope.error, ['rope_scaling'])];
  if (!parsed.success || !rope.success) return { config: null, faults };
  const { data } = parsed;
  const theta = data.rope_theta ?? rope.data.rope_theta;
  const config: ModelConfig = {
    modelType: 'llama',
    vocabSize: data.vocab_size,
    hiddenSize: data.hidden_size,
    intermediateSize: data.intermediate_size,
    numHiddenLayers: data.num_hidden_layers,
    numAttentionHeads: data.num_attention_heads,
    numKeyValueHeads: data.num_key_value_heads ?? data.num_attention_heads,
    headDim: data.head_dim ?? Math.floor(data.hidden_size / data.num_attention_heads),
    rmsNormEps: data.rms_norm_eps,
    ropeTheta: typeof theta === 'number' && theta > 0 ? theta : 10000,
    ropeScaling: ropeScalingOf(rope.data),
    tieWordEmbeddings: data.tie_word_embeddings,
    maxPositionEmbeddings: data.max_position_embeddings,
    bosTokenId: data.bos_token_id,
    eosTokenIds: [data.eos_token_id ?? []].flat(),
    initializerRange: data.initializer_range,
  };
  const unfit = shapeFaults(config);
  return unfit.length > 0 ? { config: null, faults: unfit } : { config, faults };
}

function issuesOf(error: z.ZodError | undefined, prefix: readonly string[]): string[] {
  return (error?.issues ?? []).map(
    (issue) => `"${[...prefix, ...issue.path].join('.')}": ${issue.message}`,
  );
}

function ropeScalingOf(rope: z.infer<typeof ropeJson>): RopeScaling | null {
  switch (rope.rope_type) {
    case 'default':
      return null;
    case 'linear':
      return { ropeType: 'linear', factor: rope.factor };
    case 'llama3':
      return {
        ropeType: 'llama3',
        factor: rope.factor,
        lowFreqFactor: rope.low_freq_factor,
        highFreqFactor: rope.high_freq_factor,
        originalMaxPositionEmbeddings: rope.original_max_position_embeddings,
      };
  }
}

function shapeFaults(config: ModelConfig): string[] {
  const faults: string[] = [];
  if (config.numAttentionHeads % config.numKeyValueHeads !== 0) {
    faults.push(
      `"num_attention_heads": ${config.numAttentionHeads} is no multiple of num_key_value_heads ${config.numKeyValueHeads}`,
    );
  }
  if (config.headDim % 2 !== 0) {
    faults.push(`"head_dim": ${config.headDim} is odd, rotary positions turn pairs`);
  }
  return faults;
}

/** `rope_theta` and `rope_scaling` are for transformers 4 and other readers, `rope_parameters` for 5. */
function writeConfig(config: ModelConfig): Record<string, unknown> {
  const ropeScaling = ropeScalingJson(config.ropeScaling);
  return {
    architectures: ['LlamaForCausalLM'],
    attention_bias: false,
    bos_token_id: config.bosTokenId,
    eos_token_id: config.eosTokenIds[0] ?? null,
    head_dim: config.headDim,
    hidden_act: 'silu',
    hidden_size: config.hiddenSize,
    initializer_range: config.initializerRange,
    intermediate_size: config.intermediateSize,
    max_position_embeddings: config.maxPositionEmbeddings,
    mlp_bias: false,
    model_type: 'llama',
    num_attention_heads: config.numAttentionHeads,
    num_hidden_layers: config.numHiddenLayers,
    num_key_value_heads: config.numKeyValueHeads,
    rms_norm_eps: config.rmsNormEps,
    rope_parameters: {
      rope_theta: config.ropeTheta,
      ...(ropeScaling ?? { rope_type: 'default' }),
    },
    rope_scaling: ropeScaling,
    rope_theta: config.ropeTheta,
    tie_word_embeddings: config.tieWordEmbeddings,
    vocab_size: config.vocabSize,
  };
}

function ropeScalingJson(scaling: RopeScaling | null): Record<string, unknown> | null {
  if (scaling === null) return null;
  if (scaling.ropeType === 'linear') return { rope_type: 'linear', factor: scaling.factor };
  return {
    rope_type: 'llama3',
    factor: scaling.factor,
    low_freq_factor: scaling.lowFreqFactor,
    high_freq_factor: scaling.highFreqFactor,
    original_max_position_embeddings: scaling.originalMaxPositionEmbeddings,
  };
}
