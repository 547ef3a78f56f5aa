import { ggufError } from '../../gguf/ggufError.ts';
import { type Lookup, lookup } from '../../gguf/ggufMetadata.ts';
import type { GgufFile } from '../../gguf/readGguf.ts';
import { ropeScalingOf } from './ggufRope.ts';

/** How one architecture of llama.cpp maps to a family of Hugging Face. */
export interface GgufFamily {
  /** What only this family has in its `config.json`. */
  config: (meta: Lookup, key: (name: string) => string) => Record<string, unknown>;
  /** Tensors of a layer that not all have, from llama.cpp's names. */
  layerNames?: Readonly<Record<string, string>>;
  /** llama.cpp turns pairs of neighbours; its converter moves the rows of q and k for that. */
  isPermuted: boolean;
}

const GGUF_FAMILIES: Readonly<Record<string, GgufFamily>> = {
  llama: { config: () => ({ model_type: 'llama' }), isPermuted: true },
  qwen2: {
    config: () => ({ model_type: 'qwen2' }),
    layerNames: {
      'attn_q.bias': 'self_attn.q_proj.bias',
      'attn_k.bias': 'self_attn.k_proj.bias',
      'attn_v.bias': 'self_attn.v_proj.bias',
    },
    isPermuted: false,
  },
  qwen3: {
    config: () => ({ model_type: 'qwen3' }),
    layerNames: {
      'attn_q_norm.weight': 'self_attn.q_norm.weight',
      'attn_k_norm.weight': 'self_attn.k_norm.weight',
    },
    isPermuted: false,
  },
};

/** The family of a GGUF file, or one sentence that says which there are. */
export function ggufFamily(file: GgufFile): GgufFamily {
  const name = lookup(file).neededText('general.architecture');
  const family = GGUF_FAMILIES[name];
  if (family !== undefined) return family;
  throw ggufError(
    'checkpoint-architecture',
    file.path,
    `its architecture "${name}" is not read from GGUF; ${Object.keys(GGUF_FAMILIES).join(', ')} are`,
  );
}

/** The `config.json` that the model would have on the Hub, as far as the metadata say it. */
export function ggufConfig(file: GgufFile, family: GgufFamily): Record<string, unknown> {
  const meta = lookup(file);
  const architecture = meta.neededText('general.architecture');
  const key = (name: string): string => `${architecture}.${name}`;
  const heads = meta.neededNumber(key('attention.head_count'));
  const ids = (name: string): number[] => {
    const id = meta.number(`tokenizer.ggml.${name}_token_id`);
    return id === null ? [] : [id];
  };
  return {
    hidden_size: meta.neededNumber(key('embedding_length')),
    intermediate_size: meta.neededNumber(key('feed_forward_length')),
    num_hidden_layers: meta.neededNumber(key('block_count')),
    num_attention_heads: heads,
    num_key_value_heads: meta.number(key('attention.head_count_kv')) ?? heads,
    head_dim: meta.number(key('attention.key_length')) ?? meta.number(key('rope.dimension_count')),
    max_position_embeddings: meta.neededNumber(key('context_length')),
    rms_norm_eps: decimal(meta.neededNumber(key('attention.layer_norm_rms_epsilon'))),
    rope_theta: decimal(meta.number(key('rope.freq_base')) ?? 10_000),
    rope_scaling: ropeScalingOf(file),
    vocab_size: file.tensors.get('token_embd.weight')?.shape[0] ?? meta.number(key('vocab_size')),
    tie_word_embeddings: !file.tensors.has('output.weight'),
    bos_token_id: ids('bos')[0] ?? null,
    eos_token_id: [...new Set([...ids('eos'), ...ids('eot'), ...ids('eom')])],
    ...family.config(meta, key),
  };
}

/** The decimal number that an f32 was written from: 9.9999997e-6 is 1e-5. */
function decimal(value: number): number {
  return Number(value.toPrecision(7));
}

const TOP: Readonly<Record<string, string>> = {
  'token_embd.weight': 'model.embed_tokens.weight',
  'output_norm.weight': 'model.norm.weight',
  'output.weight': 'lm_head.weight',
};
const LAYER: Readonly<Record<string, string>> = {
  'attn_norm.weight': 'input_layernorm.weight',
  'ffn_norm.weight': 'post_attention_layernorm.weight',
  'attn_q.weight': 'self_attn.q_proj.weight',
  'attn_k.weight': 'self_attn.k_proj.weight',
  'attn_v.weight': 'self_attn.v_proj.weight',
  'attn_output.weight': 'self_attn.o_proj.weight',
  'ffn_gate.weight': 'mlp.gate_proj.weight',
  'ffn_up.weight': 'mlp.up_proj.weight',
  'ffn_down.weight': 'mlp.down_proj.weight',
};

/** The name that a tensor has on the Hub; null for one that is no parameter; its own where it is not known. */
export function parameterName(name: string, { layerNames }: GgufFamily): string | null {
  if (name === 'rope_freqs.weight') return null;
  const [, layer, part = ''] = /^blk\.(\d+)\.(.+)$/.exec(name) ?? [];
  if (layer === undefined) return TOP[name] ?? name;
  const own = LAYER[part] ?? layerNames?.[part];
  return own === undefined ? name : `model.layers.${layer}.${own}`;
}

/** The name that llama.cpp has for a parameter; null where it has none. */
export function ggufName(parameter: string, { layerNames = {} }: GgufFamily): string | null {
  const [, layer, part] = /^model\.layers\.(\d+)\.(.+)$/.exec(parameter) ?? [];
  const names = Object.entries(layer === undefined ? TOP : { ...LAYER, ...layerNames });
  const found = names.find(([, own]) => own === (part ?? parameter));
  if (found === undefined) return null;
  return layer === undefined ? found[0] : `blk.${layer}.${found[0]}`;
}

/** The family of that `model_type`; null where llama.cpp's has not been written here. */
export function ggufFamilyOf(modelType: string): GgufFamily | null {
  return Object.hasOwn(GGUF_FAMILIES, modelType) ? (GGUF_FAMILIES[modelType] ?? null) : null;
}

export const GGUF_FAMILY_NAMES: readonly string[] = Object.keys(GGUF_FAMILIES);
