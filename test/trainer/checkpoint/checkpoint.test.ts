import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { openCheckpoint } from '../../../trainer/src/checkpoint/openCheckpoint.ts';
import { readModelConfig } from '../../../trainer/src/checkpoint/readModelConfig.ts';
import { saveCheckpoint } from '../../../trainer/src/checkpoint/saveCheckpoint.ts';
import { tensorsInMemory, type Tensor } from '../../support/tensorsInMemory.ts';
import { writeSafetensors } from '../../../trainer/src/checkpoint/writeSafetensors.ts';
import type { LlamaConfig } from '../../../trainer/src/model/families/llama.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { TINY, tinyWeights } from './support/tinyModel.ts';

const CONFIGS: [string, LlamaConfig][] = [
  ['untied', TINY],
  ['tied', { ...TINY, tieWordEmbeddings: true }],
  ['linear rope', { ...TINY, ropeScaling: { ropeType: 'linear', factor: 2 } }],
  [
    'llama3 rope',
    {
      ...TINY,
      ropeScaling: {
        ropeType: 'llama3',
        factor: 8,
        lowFreqFactor: 1,
        highFreqFactor: 4,
        originalMaxPositionEmbeddings: 32,
      },
    },
  ],
  ['no special tokens', { ...TINY, bosTokenId: null, eosTokenIds: [] }],
];

describe.each(CONFIGS)('a checkpoint, %s', (_, config) => {
  it.each(['F32', 'F16', 'BF16'] as const)('comes back as it was saved in %s', async (dtype) => {
    const folder = path.join(temporaryFolder(), 'step');
    const weights = tinyWeights(config);
    await saveCheckpoint(folder, { config, tensors: weights, dtype });
    const opened = await openCheckpoint(folder);
    expect(opened.config).toEqual(config);
    expect(opened.names).toEqual(weights.names);
    for (const [name, { shape, values }] of weights.tensors) {
      expect(opened.shape(name)).toEqual(shape);
      expect(await opened.read(name)).toEqual(values);
    }
    expect(existsSync(`${folder}.writing`)).toBe(false);
  });
});

it('leaves a tied head out, also when the source has one, and passes over one that it reads', async () => {
  const config = { ...TINY, tieWordEmbeddings: true };
  const folder = path.join(temporaryFolder(), 'step');
  await saveCheckpoint(folder, { config, tensors: tinyWeights(TINY), dtype: 'F32' });
  expect(readFileSync(path.join(folder, 'model.safetensors'), 'latin1')).not.toContain('lm_head');
  await writeWeights(folder, (tensors) => tensors);
  expect((await openCheckpoint(folder)).names).not.toContain('lm_head.weight');
});

it('splits into shards with an index and reads them', async () => {
  const folder = path.join(temporaryFolder(), 'step');
  const weights = tinyWeights(TINY);
  const content = { config: TINY, tensors: weights, dtype: 'F32', maxShardBytes: 1200 } as const;
  await saveCheckpoint(folder, content);
  const shards = readdirSync(folder).filter((name) => name.endsWith('.safetensors'));
  expect(shards.length).toBeGreaterThan(2);
  expect(shards[0]).toBe(`model-00001-of-0000${shards.length}.safetensors`);
  const index = readJson(path.join(folder, 'model.safetensors.index.json'));
  const bytes = [...weights.tensors.values()].reduce(
    (sum, { values }) => sum + values.byteLength,
    0,
  );
  expect(index).toMatchObject({ metadata: { total_size: bytes } });
  const opened = await openCheckpoint(folder);
  for (const [name, { values }] of weights.tensors) expect(await opened.read(name)).toEqual(values);
});

it.each([
  '../other.safetensors',
  'a/b.safetensors',
  'a\\b.safetensors',
  '/etc/x.safetensors',
  '..',
  7,
])('refuses the shard name %j', async (shard) => {
  const folder = await sharded((map) => ({ ...map, 'model.norm.weight': shard }));
  await expect(openCheckpoint(folder)).rejects.toMatchObject({ code: 'checkpoint-index' });
  await expect(openCheckpoint(folder)).rejects.toThrow(/not a plain file name/);
});

it('says which tensor a shard lacks, and which shard is not there', async () => {
  const wrong = await sharded((map) => ({
    ...map,
    'model.norm.weight': 'model-00001-of-00002.safetensors',
  }));
  await expect(openCheckpoint(wrong)).rejects.toThrow(/"model.norm.weight" is not in model-00001/);
  const lost = await sharded((map) => ({ ...map, 'model.norm.weight': 'lost.safetensors' }));
  await expect(openCheckpoint(lost)).rejects.toThrow(/lost.safetensors: no such file/);
  const empty = await sharded(() => ({}));
  await expect(openCheckpoint(empty)).rejects.toThrow(/"weight_map" is missing or empty/);
});

it('reports missing, extra and misshapen tensors at once, with the cure', async () => {
  const folder = path.join(temporaryFolder(), 'step');
  await saveCheckpoint(folder, { config: TINY, tensors: tinyWeights(TINY), dtype: 'F32' });
  await writeWeights(folder, (tensors) => {
    tensors.delete('model.norm.weight');
    tensors.set('lm_head.weight', { shape: [12, 8], values: new Float32Array(96) });
    tensors.set('model.layers.0.self_attn.q_proj.bias', {
      shape: [1],
      values: new Float32Array(1),
    });
    tensors.set('model.layers.0.self_attn.rotary_emb.inv_freq', {
      shape: [2],
      values: new Float32Array(2),
    });
    return tensors;
  });
  const error: unknown = await openCheckpoint(folder).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'DeepCoderError', code: 'checkpoint-misfit', exitCode: 3 });
  expect((error as Error).message.replace(folder, 'DIR')).toMatchInlineSnapshot(`
    "checkpoint DIR: 3 faults; use the tokenizer this checkpoint was saved with
      tensor "model.norm.weight" is missing
      tensor "lm_head.weight" wants [11, 8], got [12, 8]
      tensor "model.layers.0.self_attn.q_proj.bias" is not one of this architecture's"
  `);
});

it('says one misfit on one line', async () => {
  const folder = path.join(temporaryFolder(), 'step');
  await saveCheckpoint(folder, { config: TINY, tensors: tinyWeights(TINY), dtype: 'F32' });
  await writeWeights(folder, (tensors) =>
    tensors.set('lm_head.weight', { shape: [12, 8], values: new Float32Array(96) }),
  );
  await expect(openCheckpoint(folder)).rejects.toThrow(
    `checkpoint ${folder}: tensor "lm_head.weight" wants [11, 8], got [12, 8]; ` +
      'use the tokenizer this checkpoint was saved with',
  );
});

describe('config.json', () => {
  it.each([
    [
      'transformers 5 rope',
      { rope_theta: undefined, rope_parameters: { rope_type: 'default', rope_theta: 7 } },
      { ropeTheta: 7 },
    ],
    [
      'the old word for the rope type',
      { rope_parameters: undefined, rope_scaling: { type: 'linear', factor: 3 } },
      { ropeScaling: { ropeType: 'linear', factor: 3 } },
    ],
    ['no key-value heads', { num_key_value_heads: undefined }, { numKeyValueHeads: 4 }],
    ['no head size', { head_dim: undefined }, { headDim: 2 }],
    ['no head size, null', { head_dim: null }, { headDim: 2 }],
    [
      'no special tokens',
      { bos_token_id: null, eos_token_id: null },
      { bosTokenId: null, eosTokenIds: [4, 5] },
    ],
    ['a list of ends', { eos_token_id: [9, 5] }, { eosTokenIds: [9, 5, 4] }],
  ])('reads %s', async (_, changes, wanted) => {
    const folder = await withConfig(changes);
    const json = readJson(path.join(folder, 'config.json'));
    expect(json).toMatchObject(JSON.parse(JSON.stringify(changes)) as object);
    expect((await readModelConfig(folder)).config).toEqual({ ...TINY, ...wanted });
  });

  it.each([
    [
      'another architecture',
      { model_type: 'qwen3_moe' },
      /"qwen3_moe" cannot be trained .* llama, qwen2.*As a teacher it can be served/,
    ],
    ['a name that every object has', { model_type: 'constructor' }, /"constructor" cannot/],
    ['no architecture', { model_type: undefined }, /none cannot be trained/],
    ['no truth value', { attention_bias: 'yes' }, /"attention_bias"/],
    ['another activation', { hidden_act: 'gelu' }, /"hidden_act"/],
    ['another rope', { rope_parameters: { rope_type: 'axial' } }, /rope_type/],
    [
      'heads that do not divide',
      { num_attention_heads: 3 },
      /no multiple of num_key_value_heads 2/,
    ],
    ['odd heads', { head_dim: 3 }, /"head_dim": 3 is odd/],
    ['two faults', { hidden_size: 0, vocab_size: 'x' }, /"vocab_size".*\n.*"hidden_size"/],
  ])('refuses %s', async (_, changes, message) => {
    const folder = await withConfig(changes);
    await expect(openCheckpoint(folder)).rejects.toMatchObject({
      name: 'DeepCoderError',
      exitCode: 3,
    });
    await expect(openCheckpoint(folder)).rejects.toThrow(message);
  });

  it('refuses broken JSON', async () => {
    const folder = await withConfig({});
    writeFileSync(path.join(folder, 'config.json'), '{"model_type": ');
    await expect(openCheckpoint(folder)).rejects.toMatchObject({ code: 'checkpoint-json' });
  });
});

it.each([
  ['an empty folder', [], /no config.json/],
  ['a folder without weights', ['config.json'], /neither model.safetensors nor/],
  ['pickled weights', ['config.json', 'pytorch_model.bin'], /pickled/],
])('says that %s is no checkpoint', async (_, files, message) => {
  const source = await withConfig({});
  const folder = temporaryFolder();
  for (const name of files) {
    const from = path.join(source, name);
    writeFileSync(path.join(folder, name), existsSync(from) ? readFileSync(from) : 'x');
  }
  await expect(openCheckpoint(folder)).rejects.toMatchObject({ code: 'checkpoint-missing' });
  await expect(openCheckpoint(folder)).rejects.toThrow(message);
});

it('copies the tokenizer files that are there, and nothing else', async () => {
  const tokenizerFolder = temporaryFolder();
  for (const name of [
    'tokenizer.json',
    'tokenizer_config.json',
    'README.md',
    'model.safetensors',
  ]) {
    writeFileSync(path.join(tokenizerFolder, name), name, { mode: 0o444 });
  }
  const folder = path.join(temporaryFolder(), 'step');
  const content = {
    config: TINY,
    tensors: tinyWeights(TINY),
    dtype: 'F32',
    tokenizerFolder,
  } as const;
  await saveCheckpoint(folder, content);
  expect(readdirSync(folder).sort()).toEqual([
    'config.json',
    'generation_config.json',
    'model.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  expect(readFileSync(path.join(folder, 'tokenizer.json'), 'utf8')).toBe('tokenizer.json');
});

async function withConfig(changes: Record<string, unknown>): Promise<string> {
  const folder = path.join(temporaryFolder(), 'step');
  await saveCheckpoint(folder, { config: TINY, tensors: tinyWeights(TINY), dtype: 'F32' });
  const file = path.join(folder, 'config.json');
  writeFileSync(file, JSON.stringify({ ...readJson(file), ...changes }));
  return folder;
}

async function writeWeights(
  folder: string,
  change: (tensors: Map<string, Tensor>) => Map<string, Tensor>,
): Promise<void> {
  const tensors = tensorsInMemory(change(tinyWeights(TINY).tensors));
  await writeSafetensors(path.join(folder, 'model.safetensors'), tensors, { dtype: 'F32' });
}

/** A checkpoint in two shards whose index was tampered with. */
async function sharded(
  tamper: (weightMap: Record<string, unknown>) => Record<string, unknown>,
): Promise<string> {
  const folder = path.join(temporaryFolder(), 'step');
  mkdirSync(folder);
  const content = { config: TINY, tensors: tinyWeights(TINY), dtype: 'F32' } as const;
  await saveCheckpoint(folder, { ...content, maxShardBytes: 4000 }, { existing: 'replace' });
  const file = path.join(folder, 'model.safetensors.index.json');
  const index = readJson(file) as { weight_map: Record<string, unknown> };
  writeFileSync(file, JSON.stringify({ ...index, weight_map: tamper(index.weight_map) }));
  return folder;
}

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}
