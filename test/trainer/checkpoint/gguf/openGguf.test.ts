import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../../trainer/src/checkpoint/openCheckpoint.ts';
import { parseModelConfig } from '../../../../trainer/src/checkpoint/readModelConfig.ts';
import { parameterShapes } from '../../../../trainer/src/model/architectures.ts';
import type { LlamaConfig } from '../../../../trainer/src/model/families/llama.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';
import { floats, writeGguf, type Written, type WrittenTensor } from '../../../support/writeGguf.ts';
import { TINY, tinyWeights } from '../support/tinyModel.ts';

const NAMES: Record<string, string> = {
  'model.embed_tokens.weight': 'token_embd.weight',
  'model.norm.weight': 'output_norm.weight',
  'lm_head.weight': 'output.weight',
  'input_layernorm.weight': 'attn_norm.weight',
  'post_attention_layernorm.weight': 'ffn_norm.weight',
  'self_attn.q_proj.weight': 'attn_q.weight',
  'self_attn.k_proj.weight': 'attn_k.weight',
  'self_attn.v_proj.weight': 'attn_v.weight',
  'self_attn.o_proj.weight': 'attn_output.weight',
  'mlp.gate_proj.weight': 'ffn_gate.weight',
  'mlp.up_proj.weight': 'ffn_up.weight',
  'mlp.down_proj.weight': 'ffn_down.weight',
};

/** As llama.cpp's `convert_hf_to_gguf.py` writes a Llama. */
function converted(
  config: LlamaConfig,
  {
    metadata = {},
    tensors = {},
  }: { metadata?: Record<string, Written>; tensors?: Record<string, WrittenTensor> } = {},
): string {
  const file = path.join(temporaryFolder(), 'tiny.gguf');
  const written: Record<string, WrittenTensor> = {};
  for (const [name, { shape, values }] of tinyWeights(config).tensors) {
    const [, layer, part] = /^model\.layers\.(\d+)\.(.+)$/.exec(name) ?? [];
    const own = part === undefined ? NAMES[name]! : `blk.${layer}.${NAMES[part]!}`;
    const heads = own.includes('attn_q')
      ? config.numAttentionHeads
      : own.includes('attn_k')
        ? config.numKeyValueHeads
        : 0;
    const rows = heads === 0 ? values : permuted(values, shape as [number, number], heads);
    written[own] = { shape, type: 0, bytes: floats(rows) };
  }
  writeGguf(
    file,
    {
      'general.architecture': { text: 'llama' },
      'llama.block_count': { u32: config.numHiddenLayers },
      'llama.context_length': { u32: config.maxPositionEmbeddings },
      'llama.embedding_length': { u32: config.hiddenSize },
      'llama.feed_forward_length': { u32: config.intermediateSize },
      'llama.attention.head_count': { u32: config.numAttentionHeads },
      'llama.attention.head_count_kv': { u32: config.numKeyValueHeads },
      'llama.attention.layer_norm_rms_epsilon': { f32: config.rmsNormEps },
      'llama.attention.key_length': { u32: config.headDim },
      'llama.rope.freq_base': { f32: config.ropeTheta },
      'tokenizer.ggml.bos_token_id': { u32: 3 },
      'tokenizer.ggml.eos_token_id': { u32: 4 },
      'tokenizer.ggml.eot_token_id': { u32: 5 },
      ...metadata,
    },
    { ...written, ...tensors },
  );
  return file;
}

/** `weights.reshape(heads, 2, headDim / 2, columns).swapaxes(1, 2)`, as `LlamaModel.permute` has it. */
function permuted(
  values: Float32Array,
  [rows, columns]: [number, number],
  heads: number,
): number[] {
  const half = rows / heads / 2;
  const out: number[] = [];
  for (let head = 0; head < heads; head++) {
    for (let i = 0; i < half; i++) {
      for (let s = 0; s < 2; s++) {
        const row = (head * 2 + s) * half + i;
        out.push(...values.subarray(row * columns, (row + 1) * columns));
      }
    }
  }
  return out;
}

test.for([false, true])(
  'a converted model is the model that it was made of (tied: %s)',
  async (tied) => {
    const wanted = { ...TINY, tieWordEmbeddings: tied, initializerRange: 0.02 };
    const checkpoint = await openCheckpoint(converted(wanted));
    expect(checkpoint.config).toEqual(wanted);
    for (const [name, { shape, values }] of tinyWeights(wanted).tensors) {
      expect(checkpoint.shape(name)).toEqual(shape);
      expect(await checkpoint.read(name), name).toEqual(values);
    }
  },
);

test("Llama 3's scaling is read from what it comes to", async () => {
  const config = { ...TINY, headDim: 16, ropeTheta: 500_000 };
  const divisors = Array.from({ length: 8 }, (_, i) => {
    const turns = 8192 / (2 * Math.PI * 500_000 ** (i / 8));
    const smooth = (turns - 1) / 3;
    return turns > 4 ? 1 : turns < 1 ? 32 : 1 / ((1 - smooth) / 32 + smooth);
  });
  const tensors = { 'rope_freqs.weight': { shape: [8], type: 0, bytes: floats(divisors) } };
  const { config: read } = await openCheckpoint(converted(config, { tensors }));
  expect((read as LlamaConfig).ropeScaling).toEqual({
    ropeType: 'llama3',
    factor: 32,
    lowFreqFactor: 1,
    highFreqFactor: 4,
    originalMaxPositionEmbeddings: 8192,
  });
  tensors['rope_freqs.weight'].bytes = floats(divisors.map((one, i) => one + i));
  await expect(openCheckpoint(converted(config, { tensors }))).rejects.toThrow(
    /not those of Llama 3/,
  );
});

test.for<[string, Parameters<typeof converted>[1], RegExp]>([
  [
    'another architecture',
    { metadata: { 'general.architecture': { text: 'mamba' } } },
    /architecture "mamba" is not read from GGUF; llama/,
  ],
  [
    'a size that does not fit',
    { metadata: { 'llama.feed_forward_length': { u32: 13 } } },
    /"model.layers.0.mlp.gate_proj.weight" wants \[13, 8\], got \[12, 8\]/,
  ],
  [
    'a tensor too many',
    {
      tensors: {
        'blk.0.extra.weight': { shape: [8], type: 0, bytes: floats(new Array<number>(8).fill(0)) },
      },
    },
    /"blk.0.extra.weight" is not one of this architecture's/,
  ],
  [
    'a value that is missing',
    { metadata: { 'llama.block_count': { text: 'two' } } },
    /no usable "llama.block_count"/,
  ],
])('%s is refused', async ([, change, message]) => {
  await expect(openCheckpoint(converted(TINY, change))).rejects.toThrow(message);
});

test('weights that are not finite are refused', async () => {
  const bad = { shape: [8], type: 0, bytes: floats([1, NaN, 1, 1, 1, 1, 1, 1]) };
  const checkpoint = await openCheckpoint(
    converted(TINY, { tensors: { 'output_norm.weight': bad } }),
  );
  await expect(checkpoint.read('model.norm.weight')).rejects.toMatchObject({
    code: 'checkpoint-not-finite',
  });
});

test('a file that is no GGUF says so', async () => {
  const file = path.join(temporaryFolder(), 'model.gguf');
  writeFileSync(file, 'hello, this is a text and not a model');
  await expect(openCheckpoint(file)).rejects.toThrow(/is no GGUF file/);
});

test.for(['qwen2', 'qwen3'])(
  '%s: every parameter has its place, and rows stay where they are',
  async (type) => {
    const json = {
      ...{ model_type: type, vocab_size: 11, hidden_size: 8, intermediate_size: 12, head_dim: 4 },
      ...{ num_hidden_layers: 2, num_attention_heads: 2, num_key_value_heads: 1 },
      ...{
        max_position_embeddings: 64,
        rope_theta: 5000,
        rms_norm_eps: 1e-6,
        tie_word_embeddings: false,
      },
    };
    const { config } = parseModelConfig(json, 'config.json');
    const tensors: Record<string, WrittenTensor> = {};
    for (const [name, shape] of Object.entries(parameterShapes(config))) {
      const count = shape.reduce((product, size) => product * size, 1);
      tensors[ggufName(name)] = {
        shape,
        type: 0,
        bytes: floats(Array.from({ length: count }, (_, i) => i)),
      };
    }
    const file = path.join(temporaryFolder(), 'tiny.gguf');
    writeGguf(
      file,
      {
        'general.architecture': { text: type },
        [`${type}.block_count`]: { u32: 2 },
        [`${type}.context_length`]: { u32: 64 },
        [`${type}.embedding_length`]: { u32: 8 },
        [`${type}.feed_forward_length`]: { u32: 12 },
        [`${type}.attention.head_count`]: { u32: 2 },
        [`${type}.attention.head_count_kv`]: { u32: 1 },
        [`${type}.attention.key_length`]: { u32: 4 },
        [`${type}.attention.layer_norm_rms_epsilon`]: { f32: 1e-6 },
        [`${type}.rope.freq_base`]: { f32: 5000 },
      },
      tensors,
    );
    const checkpoint = await openCheckpoint(file);
    expect(checkpoint.names).toEqual(Object.keys(parameterShapes(config)));
    const queries = await checkpoint.read('model.layers.1.self_attn.q_proj.weight');
    expect([...queries]).toEqual([...queries].sort((a, b) => a - b));
  },
);

function ggufName(name: string): string {
  const [, layer, part = ''] = /^model\.layers\.(\d+)\.(.+)$/.exec(name) ?? [];
  if (layer === undefined) return NAMES[name]!;
  const normed = part.replace(/self_attn\.([qk])_norm/, 'attn_$1_norm');
  const own = NAMES[part] ?? normed.replace(/self_attn\.([qkv])_proj\.bias/, 'attn_$1.bias');
  return `blk.${layer}.${own}`;
}
