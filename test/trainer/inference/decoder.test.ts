import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it, test } from 'vitest';
import type { DeviceTensors, Executor } from '../../../trainer/src/engine/program.ts';
import { cachedDecoder, type CachedDecoder } from '../../../trainer/src/inference/decoder.ts';
import type { DecodeModel } from '../../../trainer/src/inference/decodeProgram.ts';
import { generate } from '../../../trainer/src/inference/generate.ts';
import { sampleToken } from '../../../trainer/src/inference/sample.ts';
import { initialParameters, normalFrom } from '../../../trainer/src/model/initialParameters.ts';
import { hiddenStates, plainDecoder } from '../../../trainer/src/model/decoder.ts';
import type { LlamaConfig } from '../../../trainer/src/model/families/llama.ts';
import { maxDifference, openOnnx, openReference, random } from '../../support/executors.ts';

const MODEL: LlamaConfig = {
  modelType: 'llama',
  vocabSize: 31,
  hiddenSize: 16,
  intermediateSize: 24,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  headDim: 6,
  rmsNormEps: 1e-5,
  ropeTheta: 10_000,
  ropeScaling: null,
  partialRotaryFactor: 1,
  attentionBias: false,
  mlpBias: false,
  tieWordEmbeddings: true,
  maxPositionEmbeddings: 512,
  bosTokenId: null,
  eosTokenIds: [1],
  initializerRange: 0.4,
};
const PARAMETERS = initialParameters(MODEL, normalFrom(random(3)));
const DECODE: DecodeModel = {
  model: MODEL,
  state: Object.fromEntries(
    Object.entries(PARAMETERS).map(([name, { shape }]) => [name, { shape, dtype: 'float32' }]),
  ),
  constants: {},
  lora: null,
};

let executors: Record<string, Executor>;
beforeAll(async () => {
  executors = { onnx: await openOnnx(), reference: await openReference() };
});

function open(executor: Executor, rows: number, context = 300): CachedDecoder {
  const parameters: DeviceTensors = Object.fromEntries(
    Object.entries(PARAMETERS).map(([name, value]) => [name, executor.tensor(value)]),
  );
  return cachedDecoder({ executor, decode: DECODE, parameters, frozen: {}, rows, context });
}

/** Logits after the last token, by running the whole sequence without a cache. */
async function recompute(executor: Executor, ids: readonly number[]): Promise<Float32Array> {
  const length = ids.length;
  const parameters: DeviceTensors = Object.fromEntries(
    Object.entries(PARAMETERS).map(([name, value]) => [name, executor.tensor(value)]),
  );
  const row = { shape: [1, length], dtype: 'int32' } as const;
  const program = await executor.compile(
    {
      name: 'whole',
      state: DECODE.state,
      constants: {},
      inputs: { ids: row, positions: row, starts: row },
      build: ({ state, inputs }) => {
        const decoder = plainDecoder(MODEL, state);
        const hidden = hiddenStates(decoder, {
          idsBT: inputs['ids']!,
          positionsBT: inputs['positions']!,
          startsBT: inputs['starts']!,
        });
        const last = tf.slice(hidden, [length - 1, 0], [1, -1]);
        const head = decoder.parameter('model.embed_tokens.weight');
        const logits = tf.matMul(last, head, false, true);
        return { updates: {}, outputs: { logits } };
      },
    },
    {},
  );
  const result = await program.run(parameters, {
    ids: Int32Array.from(ids),
    positions: Int32Array.from(ids, (_, index) => index),
    starts: new Int32Array(length),
  });
  return result['logits'] as Float32Array;
}

const tokens = (count: number, seed: number): number[] => {
  const next = random(seed);
  return Array.from({ length: count }, () => Math.floor(next() * MODEL.vocabSize));
};

it.each(['onnx', 'reference'])(
  'cached decoding equals full recomputation, over chunks, growth and rows of different length (%s)',
  async (name) => {
    const executor = executors[name]!;
    const decoder = open(executor, 3);
    const rows = [tokens(150, 1), tokens(5, 2), tokens(70, 3)];
    await decoder.feed(rows.map((ids, row) => ({ row, ids: ids.slice(0, -3) })));
    await decoder.feed([{ row: 1, ids: rows[1]!.slice(-3, -1) }]);
    await decoder.feed([
      { row: 0, ids: rows[0]!.slice(-3) },
      { row: 1, ids: rows[1]!.slice(-1) },
      { row: 2, ids: rows[2]!.slice(-3) },
    ]);
    for (const [row, ids] of rows.entries()) {
      expect(decoder.length(row)).toBe(ids.length);
      const whole = await recompute(executors['onnx']!, ids);
      expect(maxDifference(decoder.logits(row), whole)).toBeLessThan(2e-5);
    }
    await decoder.dispose();
  },
);

test('greedy generation is what full recomputation would pick, and ends for its reasons', async () => {
  const executor = executors['onnx']!;
  const decoder = open(executor, 2, 40);
  const prompts = [tokens(4, 7), tokens(9, 8)];
  await decoder.feed(prompts.map((ids, row) => ({ row, ids })));
  const greedy = { temperature: 0, topP: 1, uniform: () => 0, stopIds: new Set<number>() };
  const [first, second] = await generate(decoder, [0, 1], { ...greedy, maxTokens: 5 });
  expect(first).toMatchObject({ row: 0, reason: 'length' });
  for (const [prompt, made] of [
    [prompts[0]!, first!],
    [prompts[1]!, second!],
  ] as const) {
    const sequence = [...prompt];
    for (const id of made.ids) {
      const logits = await recompute(executor, sequence);
      expect(id).toBe(logits.indexOf(Math.max(...logits)));
      sequence.push(id);
    }
  }
  const [full] = await generate(decoder, [1], { ...greedy, maxTokens: 1000 });
  expect(full!.reason).toBe('context');
  expect(decoder.length(1)).toBe(40);
  const stop = { ...greedy, isStopped: (ids: readonly number[]) => ids.length === 2 };
  const [stopped] = await generate(decoder, [0], { ...stop, maxTokens: 9 });
  expect(stopped).toMatchObject({ reason: 'stop', ids: { length: 2 } });
});

test('a text longer than the context is refused with both lengths', async () => {
  const decoder = open(executors['onnx']!, 1, 40);
  await expect(decoder.feed([{ row: 0, ids: tokens(41, 1) }])).rejects.toThrow(
    /41 tokens.*40 tokens/,
  );
});

test('sampling follows the softmax, within the nucleus', () => {
  const logits = Float32Array.from([0, Math.log(2), Math.log(5), Math.log(2)]);
  const next = random(5);
  const count = (options: { temperature: number; topP: number }): number[] => {
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 20_000; i++) counts[sampleToken(logits, { ...options, uniform: next })]!++;
    return counts.map((value) => value / 20_000);
  };
  const near = (actual: number[], expected: number[]): void => {
    actual.forEach((share, i) => expect(Math.abs(share - expected[i]!)).toBeLessThan(0.015));
  };
  near(count({ temperature: 1, topP: 1 }), [0.1, 0.2, 0.5, 0.2]);
  near(count({ temperature: 0.5, topP: 1 }), [1 / 34, 4 / 34, 25 / 34, 4 / 34]);
  near(count({ temperature: 1, topP: 0.6 }), [0, 2 / 7, 5 / 7, 0]);
  expect(count({ temperature: 0, topP: 1 })).toEqual([0, 0, 1, 0]);
  expect(() =>
    sampleToken(Float32Array.from([0, NaN]), { temperature: 0, topP: 1, uniform: next }),
  ).toThrow(/NaN/);
});

test('of a draft, a row takes what it would itself have said', async () => {
  const executor = executors['onnx']!;
  const greedy = { temperature: 0, topP: 1, uniform: () => 0, stopIds: new Set<number>() };
  const prompt = tokens(6, 7);
  const writer = open(executor, 1);
  await writer.feed([{ row: 0, ids: prompt }]);
  const [said] = await generate(writer, [0], { ...greedy, maxTokens: 80 });
  const changedAt = (at: number): number[] =>
    said!.ids.map((id, index) => (index === at ? (id + 1) % MODEL.vocabSize : id));

  const drafts = [said!.ids, changedAt(0), changedAt(17), changedAt(64), said!.ids.slice(0, 3), []];
  const accepted = [80, 0, 17, 64, 3, 0];
  const reader = open(executor, drafts.length);
  await reader.feed(drafts.map((_, row) => ({ row, ids: prompt })));
  const counts = await reader.feedLikeliest(drafts.map((ids, row) => ({ row, ids })));
  expect([...counts.values()]).toEqual(accepted);
  for (const [row, count] of accepted.entries()) {
    expect(reader.length(row)).toBe(prompt.length + count);
    const whole = await recompute(executor, [...prompt, ...said!.ids.slice(0, count)]);
    expect(maxDifference(reader.logits(row), whole)).toBeLessThan(2e-5);
  }
});

test('the cache grows and shrinks with the longest row, and the others lose nothing', async () => {
  const executor = executors['onnx']!;
  const decoder = open(executor, 2);
  const [long, short] = [tokens(200, 4), tokens(20, 5)];
  await decoder.feed([
    { row: 0, ids: long },
    { row: 1, ids: short.slice(0, 10) },
  ]);
  decoder.rewind(0, 0);
  await decoder.feed([{ row: 1, ids: short.slice(10) }]);
  expect(maxDifference(decoder.logits(1), await recompute(executor, short))).toBeLessThan(2e-5);
  await decoder.feed([{ row: 0, ids: long }]);
  expect(maxDifference(decoder.logits(0), await recompute(executor, long))).toBeLessThan(2e-5);
});
