import { z } from 'zod';

const LORA_TARGETS = [
  'q_proj',
  'k_proj',
  'v_proj',
  'o_proj',
  'gate_proj',
  'up_proj',
  'down_proj',
] as const;

const size = z.int().min(1).max(1_048_576);

const ropeScaling = z.union([
  z.strictObject({
    rope_type: z.literal('linear').meta({ description: 'All frequencies divided by the factor.' }),
    factor: z.number().gt(0).meta({ description: 'How many times longer the context becomes.' }),
  }),
  z.strictObject({
    rope_type: z.literal('llama3').meta({ description: 'Low frequencies divided by the factor.' }),
    factor: z.number().gt(0).meta({ description: 'How many times longer the context becomes.' }),
    low_freq_factor: z.number().gt(0).default(1).meta({ description: 'Below it: scaled fully.' }),
    high_freq_factor: z.number().gt(0).default(4).meta({ description: 'Above it: not scaled.' }),
    original_max_position_embeddings: size.default(8192).meta({
      description: 'The context length before scaling.',
      unit: 'tokens',
    }),
  }),
]);

const architecture = z.strictObject({
  type: z.enum(['llama']).default('llama').meta({ description: 'The family.' }),
  hidden_size: size.default(256).meta({ description: 'Width of the residual stream.' }),
  num_hidden_layers: z.int().min(1).max(512).default(4).meta({ description: 'Number of layers.' }),
  num_attention_heads: z.int().min(1).max(1024).default(4).meta({ description: 'Query heads.' }),
  num_key_value_heads: z.int().min(1).max(1024).default(2).meta({
    description: 'Key and value heads; divides num_attention_heads.',
  }),
  head_dim: z.int().min(2).max(1024).nullable().default(null).meta({
    description: 'Size of a head; null: hidden_size / num_attention_heads.',
  }),
  intermediate_size: size.default(704).meta({ description: 'Width of the feed-forward part.' }),
  vocab_size: size.nullable().default(null).meta({
    description: "Size of the vocabulary; null: the tokenizer's.",
    unit: 'tokens',
  }),
  max_position_embeddings: size.default(4096).meta({
    description: 'The longest context the student is meant for.',
    unit: 'tokens',
  }),
  rope_theta: z
    .number()
    .gt(1)
    .default(10_000)
    .meta({ description: 'Base of the RoPE frequencies.' }),
  rope_scaling: ropeScaling.nullable().default(null).meta({
    description: 'Stretching of the RoPE frequencies, for longer contexts.',
  }),
  rms_norm_eps: z.number().gt(0).max(0.01).default(1e-5).meta({
    description: 'Added to the mean square inside RMSNorm.',
  }),
  tie_word_embeddings: z.boolean().default(true).meta({
    description: 'One matrix for the embedding and the head.',
  }),
  initializer_range: z.number().gt(0).max(1).default(0.02).meta({
    description: 'Standard deviation of the initial weights.',
  }),
});

const lora = z.strictObject({
  r: z.int().min(1).max(4096).default(16).meta({ description: 'Rank of the adapter.' }),
  alpha: z.number().gt(0).default(16).meta({
    description: 'Scale: the adapter counts alpha / r times (alpha / sqrt(r) with use_rslora).',
  }),
  dropout: z.number().min(0).lt(1).default(0).meta({
    description: "Share of the adapter's inputs that is dropped in training.",
  }),
  target_modules: z
    .array(z.enum(LORA_TARGETS))
    .min(1)
    .default([...LORA_TARGETS])
    .meta({
      description: 'The projections that get an adapter.',
    }),
  use_rslora: z.boolean().default(false).meta({ description: 'Scale by sqrt(r) instead of r.' }),
  modules_to_save: z
    .array(z.enum(['embed_tokens', 'lm_head']))
    .default([])
    .meta({
      description: 'Modules that are trained whole and saved with the adapter.',
    }),
});

export const studentSchema = z
  .strictObject({
    model: z.string().min(1).nullable().default(null).meta({
      description: 'A checkpoint folder in the Hugging Face layout; or give architecture instead.',
    }),
    architecture: architecture.nullable().default(null).meta({
      description: 'A new student with random weights; or give model instead.',
    }),
    lora: lora.nullable().default(null).meta({
      description: 'Train a low-rank adapter; null trains all weights.',
    }),
  })
  .prefault({})
  .meta({
    description: 'The model that learns: a checkpoint (model) or a new one (architecture).',
  });

export const teacherSchema = z
  .strictObject({
    type: z.enum(['checkpoint', 'none']).default('checkpoint').meta({
      description: 'Where scores come from: a local checkpoint, or nowhere (hard labels only).',
    }),
    model: z.string().min(1).nullable().default(null).meta({
      description: "The teacher's checkpoint folder in the Hugging Face layout.",
    }),
    top_k: z.int().min(1).max(65_536).default(64).meta({
      description: 'How many log-probabilities are kept a token; the rest is one tail cell.',
      unit: 'tokens',
    }),
    cache: z.string().min(1).default('.deepcoder/scores').meta({
      description: 'Folder of the score cache.',
    }),
  })
  .prefault({ type: 'none' })
  .meta({ description: 'The model that is imitated. Without it the student learns from labels.' });
