import { z } from 'zod';
import { FAMILIES, LORA_TARGETS } from './families.ts';
import { teacherLaunchSchema } from './teacherLaunchSchema.ts';

const size = z.int().min(1).max(1_048_576);

const factor = z.number().gt(0).meta({ description: 'How many times longer the context becomes.' });
const originalContext = size.meta({
  description: 'The context length before scaling.',
  unit: 'tokens',
});
const factors = z.array(z.number().gt(0)).min(1);

const ropeScaling = z.union([
  z.strictObject({
    rope_type: z.literal('linear').meta({ description: 'All frequencies divided by the factor.' }),
    factor,
  }),
  z.strictObject({
    rope_type: z.literal('llama3').meta({ description: 'Low frequencies divided by the factor.' }),
    factor,
    low_freq_factor: z.number().gt(0).default(1).meta({ description: 'Below it: scaled fully.' }),
    high_freq_factor: z.number().gt(0).default(4).meta({ description: 'Above it: not scaled.' }),
    original_max_position_embeddings: originalContext.default(8192),
  }),
  z.strictObject({
    rope_type: z.literal('dynamic').meta({
      description: 'A larger base for rows longer than max_position_embeddings (NTK).',
    }),
    factor,
  }),
  z.strictObject({
    rope_type: z.literal('yarn').meta({
      description: 'Low frequencies divided by the factor, with a ramp to high ones (YaRN).',
    }),
    factor,
    original_max_position_embeddings: originalContext,
    beta_fast: z.number().gt(0).default(32).meta({
      description: 'Frequencies that turn more often in the original context are left as they are.',
    }),
    beta_slow: z.number().gt(0).default(1).meta({
      description: 'Frequencies that turn less often in the original context are scaled fully.',
    }),
  }),
  z.strictObject({
    rope_type: z.literal('longrope').meta({
      description: 'Each frequency divided by a factor of its own (LongRoPE).',
    }),
    short_factor: factors.meta({
      description: 'Factors for rows up to the original context, one for each pair that turns.',
    }),
    long_factor: factors.meta({ description: 'Factors for longer rows.' }),
    original_max_position_embeddings: originalContext,
  }),
]);

const multiplier = z.number().gt(0).nullable().default(null);

/** Of some families only; null is the family's default. */
const familyKeys = {
  attention_bias: z.boolean().nullable().default(null).meta({
    description:
      'Biases on the projections of attention (llama, qwen3, gemma3_text, smollm3, olmo2, granite).',
  }),
  mlp_bias: z.boolean().nullable().default(null).meta({
    description: 'Biases on the feed-forward projections (llama, smollm3, granite).',
  }),
  partial_rotary_factor: z.number().gt(0).max(1).nullable().default(null).meta({
    description: 'Share of a head that RoPE turns; null: all of it.',
  }),
  sliding_window: size.nullable().default(null).meta({
    description:
      'Tokens that a local layer attends to (mistral, phi3, gemma3_text; with use_sliding_window qwen2, qwen3, smollm3).',
    unit: 'tokens',
  }),
  use_sliding_window: z.boolean().nullable().default(null).meta({
    description: 'Whether some layers are local (qwen2, qwen3, smollm3).',
  }),
  max_window_layers: z.int().min(0).max(512).nullable().default(null).meta({
    description: 'The first layer that is local (qwen2, qwen3).',
  }),
  sliding_window_pattern: z.int().min(1).max(512).nullable().default(null).meta({
    description: 'Every how many layers one is global (gemma3_text).',
  }),
  rope_local_base_freq: z.number().gt(1).nullable().default(null).meta({
    description: 'Base of the RoPE frequencies of local layers (gemma3_text).',
  }),
  query_pre_attn_scalar: z.number().gt(0).nullable().default(null).meta({
    description: 'Scores are divided by its square root (gemma3_text).',
  }),
  no_rope_layer_interval: z.int().min(1).max(512).nullable().default(null).meta({
    description: 'Every how many layers one has no positions (smollm3).',
  }),
  original_max_position_embeddings: size.nullable().default(null).meta({
    description: 'The context length before LongRoPE (phi3).',
    unit: 'tokens',
  }),
  embedding_multiplier: multiplier.meta({
    description: 'What embeddings are multiplied by (granite).',
  }),
  attention_multiplier: multiplier.meta({
    description: 'What attention scores are multiplied by (granite).',
  }),
  residual_multiplier: multiplier.meta({
    description: 'What each part is multiplied by before it is added (granite).',
  }),
  logits_scaling: multiplier.meta({ description: 'What logits are divided by (granite).' }),
};

const architecture = z.strictObject({
  type: z.enum(FAMILIES).default('llama').meta({
    description: 'The family, as `model_type` of Hugging Face names it; see docs/models.md.',
  }),
  hidden_size: size.default(256).meta({ description: 'Width of the residual stream.' }),
  num_hidden_layers: z.int().min(1).max(512).default(4).meta({ description: 'Number of layers.' }),
  num_attention_heads: z.int().min(1).max(1024).default(4).meta({ description: 'Query heads.' }),
  num_key_value_heads: z.int().min(1).max(1024).default(2).meta({
    description:
      'Key and value heads; divides num_attention_heads. gpt2 and opt have none of their own.',
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
  ...familyKeys,
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
    .union([z.enum(['all-linear']), z.array(z.enum(LORA_TARGETS)).min(1)])
    .default('all-linear')
    .meta({
      description:
        "The linear modules that get an adapter, by the student's own names, or all but the head.",
    }),
  use_rslora: z.boolean().default(false).meta({ description: 'Scale by sqrt(r) instead of r.' }),
  modules_to_save: z
    .array(z.enum(['embed_tokens', 'wte', 'lm_head']))
    .default([])
    .meta({
      description: 'Modules that are trained whole and saved with the adapter.',
    }),
});

const vision = z.strictObject({
  split: z.boolean().default(false).meta({
    description:
      'Cut each picture into tiles, as the checkpoint was mostly trained; without it a picture is one tile, which is 10 to 17 times faster.',
  }),
  longest_edge: z.int().min(16).max(4096).nullable().default(null).meta({
    description: "The longest edge that pictures are first resized to; null: the checkpoint's.",
    unit: 'pixels',
  }),
  max_pictures: z.int().min(0).nullable().default(null).meta({
    description:
      'The last pictures of a record that are shown, earlier ones are left out; null: all.',
  }),
  unreadable: z.enum(['drop', 'error']).default('drop').meta({
    description: 'A record with a picture that cannot be read is left out, or the run ends.',
  }),
});

export const studentSchema = z
  .strictObject({
    model: z.string().min(1).nullable().default(null).meta({
      description:
        'A checkpoint folder in the Hugging Face layout, a GGUF file, or a name on the Hub (OWNER/NAME, OWNER/NAME@REVISION); or give architecture instead.',
    }),
    architecture: architecture.nullable().default(null).meta({
      description: 'A new student with random weights; or give model instead.',
    }),
    lora: lora.nullable().default(null).meta({
      description: 'Train a low-rank adapter; null trains all weights.',
    }),
    vision: vision.nullable().default(null).meta({
      description:
        'How a student that sees (smolvlm, idefics3) is shown pictures; null: whole, all of them. Its tower is frozen.',
    }),
  })
  .prefault({})
  .meta({
    description: 'The model that learns: a checkpoint (model) or a new one (architecture).',
  });

export const teacherSchema = z
  .strictObject({
    type: z.enum(['checkpoint', 'sglang', 'vllm', 'openai', 'none']).default('checkpoint').meta({
      description:
        'Where scores come from: a local checkpoint, an SGLang or vLLM server, or nowhere (hard labels only). A chat service (openai) gives no scores: it writes trajectories with deepcoder generate.',
    }),
    url: z
      .url({ protocol: /^https?$/ })
      .nullable()
      .default(null)
      .meta({
        description:
          "The server's address, as http://127.0.0.1:30000; for openai with the version, as http://127.0.0.1:8000/v1.",
      }),
    model: z.string().min(1).nullable().default(null).meta({
      description:
        "For checkpoint: the teacher's folder in the Hugging Face layout, GGUF file or name on the Hub (OWNER/NAME, OWNER/NAME@REVISION). For a server: the name that it serves the model by; null: whichever it serves.",
    }),
    tokenizer: z.string().min(1).nullable().default(null).meta({
      description:
        "Folder or tokenizer.json of the teacher; null: for checkpoint that of its folder, for a server the student's, which is checked against what the server writes.",
    }),
    align: z.enum(['ids', 'bytes']).default('ids').meta({
      description:
        "How its tokens become the student's. ids: they share a tokenizer, and ids mean the same. bytes: the teacher reads each record by its own template and tokenizer, and tokens are paired by the bytes that they stand for.",
    }),
    top_k: z.int().min(1).max(65_536).default(64).meta({
      description: 'How many log-probabilities are kept a token; the rest is one tail cell.',
      unit: 'tokens',
    }),
    cache: z.string().min(1).default('.deepcoder/scores').meta({
      description: 'Folder of the score cache.',
    }),
    concurrency: z.int().min(1).max(1024).default(16).meta({
      description: 'For a server: requests at once.',
      unit: 'requests',
    }),
    max_tokens_in_flight: z.int().min(1).default(32_768).meta({
      description: 'For a server: tokens in all requests at once; a longer sample goes alone.',
      unit: 'tokens',
    }),
    timeout: z.number().gt(0).max(290).default(120).meta({
      description: 'For a server: how long one request may take before it is sent again.',
      unit: 'seconds',
    }),
    retries: z.int().min(0).max(100).default(5).meta({
      description:
        'For a server: how often a request that failed is sent again, after pauses that double or as the server asks.',
    }),
    launch: teacherLaunchSchema,
    api_key: z.string().min(1).nullable().default(null).meta({
      description:
        "For a server: its key, as a reference such as ${env:TEACHER_API_KEY}; a key itself is refused, since a run's folder keeps its config.",
    }),
  })
  .prefault({ type: 'none' })
  .meta({ description: 'The model that is imitated. Without it the student learns from labels.' });
