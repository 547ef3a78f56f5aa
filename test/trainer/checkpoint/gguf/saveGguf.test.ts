import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEQUANTISE } from '../../../../trainer/src/checkpoint/gguf/dequantise.ts';
import { openGguf } from '../../../../trainer/src/checkpoint/gguf/openGguf.ts';
import { QUANTISE, type WrittenType } from '../../../../trainer/src/checkpoint/gguf/quantise.ts';
import { saveGguf } from '../../../../trainer/src/checkpoint/gguf/saveGguf.ts';
import { openCheckpoint } from '../../../../trainer/src/checkpoint/openCheckpoint.ts';
import { openTokenizer } from '../../../../trainer/src/data/openTokenizer.ts';
import type { ModelConfig } from '../../../../trainer/src/model/modelConfig.ts';
import { createTokenizer, type Tokenizer } from '../../../../trainer/src/tokenizer/tokenizer.ts';
import { maxDifference } from '../../../support/executors.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';
import { TINY_DECODER, tinyParameters } from '../../../support/tinyDecoder.ts';
import { wordLevelTokenizer } from '../../../../trainer/src/tokenizer/wordLevelTokenizer.ts';
import { byteTokenizerJson } from '../../tokenizer/byteTokenizer.ts';

const TEMPLATE = "{% for m in messages %}{{ m['content'] }}<|end|>{% endfor %}";

function tokenizerOf(parts: object = {}, merges: string[] = ['h e', 'l l']): Promise<Tokenizer> {
  const json = JSON.parse(byteTokenizerJson({ special: ['<|end|>'], merges })) as object;
  return createTokenizer({
    ...{ place: 'test', tokenizer: JSON.stringify({ ...json, ...parts }), chatTemplate: TEMPLATE },
    tokenizerConfig: JSON.stringify({ eos_token: '<|end|>' }),
    ...{ bosTokenId: null, eosTokenId: null },
  });
}

function modelOf(more: object = {}): ModelConfig {
  const sizes = { hiddenSize: 32, intermediateSize: 64, vocabSize: 264 };
  return { ...TINY_DECODER, ...sizes, ...more };
}

async function saved(config: ModelConfig, type: WrittenType, tokenizer?: Tokenizer) {
  const file = path.join(temporaryFolder(), 'model.gguf');
  const parameters = tinyParameters(config);
  const tensors = {
    names: Object.keys(parameters),
    shape: (name: string) => parameters[name]!.shape,
    read: (name: string) => parameters[name]!.data as Float32Array,
  };
  await saveGguf(file, {
    name: 'test',
    config,
    tensors,
    tokenizer: tokenizer ?? (await tokenizerOf()),
    type,
  });
  return { file, parameters };
}

describe('a model that is written is what is read again', () => {
  test.each([
    ['llama', {}],
    ['llama, untied', { tieWordEmbeddings: false }],
    ['qwen2', { modelType: 'qwen2', headDim: 8, slidingWindow: null }],
    ['qwen3', { modelType: 'qwen3', slidingWindow: null }],
    ['linear positions', { ropeScaling: { ropeType: 'linear', factor: 4 } }],
    [
      'positions of Llama 3',
      {
        headDim: 16,
        ropeTheta: 500_000,
        ropeScaling: {
          ...{ ropeType: 'llama3', factor: 8, lowFreqFactor: 1, highFreqFactor: 4 },
          originalMaxPositionEmbeddings: 8192,
        },
      },
    ],
  ])('%s', async (_, more) => {
    const config = modelOf(more);
    const { file, parameters } = await saved(config, 'F32');
    const read = await openCheckpoint(file);
    expect(read.names).toEqual(Object.keys(parameters));
    for (const name of read.names) expect(await read.read(name)).toEqual(parameters[name]!.data);
    const { modelType, hiddenSize, headDim, ropeScaling, ropeTheta, tieWordEmbeddings } =
      config as typeof TINY_DECODER;
    expect(read.config).toMatchObject({
      modelType,
      hiddenSize,
      headDim,
      ropeTheta,
      tieWordEmbeddings,
    });
    expect((read.config as typeof TINY_DECODER).ropeScaling).toEqual(ropeScaling);
  });

  test.each([
    ['F16', 5e-4],
    ['Q8_0', 4e-3],
    ['Q4_0', 0.09],
  ] as const)('%s, as near as it can be', async (type, tolerance) => {
    const { file, parameters } = await saved(modelOf(), type);
    const read = openGguf(file);
    const differences = await Promise.all(
      Object.entries(parameters).map(async ([name, { data }]) =>
        maxDifference(await read.read(name), data),
      ),
    );
    expect(Math.max(...differences)).toBeLessThan(tolerance);
    expect(Math.max(...differences)).toBeGreaterThan(tolerance / 20);
  });

  test('its tokenizer', async () => {
    const tokenizer = await tokenizerOf();
    const { file } = await saved(modelOf(), 'F32', tokenizer);
    const read = await openTokenizer(file);
    const text = 'hello 12 wörld!<|end|>\n\n  日本';
    expect([...(await read.encode(text)).ids]).toEqual([...(await tokenizer.encode(text)).ids]);
    expect(read.special.eosToken).toBe('<|end|>');
    expect(read.chatTemplate).toBe(TEMPLATE);
    expect(read.tokenOf(263)).toBe('[PAD263]');
  });
});

test('a block is rounded to the nearest that it can hold', () => {
  const value = fc.double({ min: -100, max: 100, noNaN: true }).map(Math.fround);
  fc.assert(
    fc.property(fc.array(value, { minLength: 32, maxLength: 32 }), (values) => {
      const block = Float32Array.from(values);
      const most = block.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
      for (const [type, steps] of [
        ['Q8_0', 127],
        ['Q4_0', 8],
      ] as const) {
        const out = new Float32Array(32);
        DEQUANTISE[type](QUANTISE[type](block), out);
        // Half a step, a whole one at Q4_0's short end, and what rounding the scale to f16 adds.
        const bound = (most / steps) * (type === 'Q4_0' ? 1 : 0.5) + most * 2 ** -10 + 1e-6;
        for (const [j, x] of block.entries())
          expect(Math.abs(out[j]! - x)).toBeLessThanOrEqual(bound);
      }
    }),
    { seed: 2 },
  );
});

describe('what llama.cpp would read wrongly is refused', () => {
  test('shapes that it does not expect', async () => {
    await expect(saved(modelOf({ attentionBias: true }), 'F32')).rejects.toThrow(/with biases/);
    const wide = { modelType: 'qwen2', headDim: 16, slidingWindow: null };
    await expect(saved(modelOf(wide), 'F32')).rejects.toThrow(/not as wide/);
  });

  test('another family', async () => {
    const gemma = { modelType: 'gemma3_text' };
    await expect(saved(modelOf(gemma), 'F32')).rejects.toThrow(
      /gemma3_text is not written.*export to hf/,
    );
  });

  test('words, and cuts that have no name', async () => {
    const words = await createTokenizer({
      ...{ place: 'words', chatTemplate: null, bosTokenId: null, eosTokenId: null },
      ...wordLevelTokenizer(['a b c']),
    });
    await expect(saved(modelOf(), 'F32', words)).rejects.toThrow(/byte-level BPE/);
    const split = { type: 'Split', pattern: { Regex: 'x' }, behavior: 'Isolated', invert: false };
    const bytes = {
      type: 'ByteLevel',
      add_prefix_space: false,
      trim_offsets: true,
      use_regex: false,
    };
    const cut = await tokenizerOf({
      pre_tokenizer: { type: 'Sequence', pretokenizers: [split, bytes] },
    });
    await expect(saved(modelOf(), 'F32', cut)).rejects.toThrow(/no name in llama.cpp/);
  });
});
