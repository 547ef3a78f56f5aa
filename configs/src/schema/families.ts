/** Families of models that a student can be of, by the `model_type` of Hugging Face. */
export const FAMILIES = [
  'llama',
  'qwen2',
  'qwen3',
  'mistral',
  'gemma3_text',
  'phi3',
  'smollm3',
  'olmo2',
  'granite',
  'gpt2',
  'opt',
] as const;

export type Family = (typeof FAMILIES)[number];

/** Families with learnt positions, which nothing turns. */
export const WITHOUT_ROPE: readonly Family[] = ['gpt2', 'opt'];

const ROTARY = FAMILIES.filter((family) => !WITHOUT_ROPE.includes(family));

/** Keys of `student.architecture` that not every family has, and those that have them. */
export const FAMILY_KEYS = {
  rope_scaling: ROTARY,
  head_dim: ROTARY,
  attention_bias: ['llama', 'qwen3', 'gemma3_text', 'smollm3', 'olmo2', 'granite'],
  mlp_bias: ['llama', 'smollm3', 'granite'],
  partial_rotary_factor: ROTARY,
  sliding_window: ['qwen2', 'qwen3', 'mistral', 'gemma3_text', 'phi3', 'smollm3'],
  use_sliding_window: ['qwen2', 'qwen3', 'smollm3'],
  max_window_layers: ['qwen2', 'qwen3'],
  sliding_window_pattern: ['gemma3_text'],
  rope_local_base_freq: ['gemma3_text'],
  query_pre_attn_scalar: ['gemma3_text'],
  no_rope_layer_interval: ['smollm3'],
  original_max_position_embeddings: ['phi3'],
  embedding_multiplier: ['granite'],
  attention_multiplier: ['granite'],
  residual_multiplier: ['granite'],
  logits_scaling: ['granite'],
} as const satisfies Record<string, readonly Family[]>;

/** Names of linear modules that LoRA can be put on, of all families. */
export const LORA_TARGETS = [
  ...['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
  ...['qkv_proj', 'gate_up_proj'],
  ...['c_attn', 'c_proj', 'c_fc'],
  ...['out_proj', 'fc1', 'fc2', 'project_in', 'project_out'],
] as const;
