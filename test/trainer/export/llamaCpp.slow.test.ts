import path from 'node:path';
import { expect, test } from 'vitest';
import { saveGguf } from '../../../trainer/src/checkpoint/gguf/saveGguf.ts';
import type { WrittenType } from '../../../trainer/src/checkpoint/gguf/quantise.ts';
import { openCheckpoint } from '../../../trainer/src/checkpoint/openCheckpoint.ts';
import { uploaded } from '../../../trainer/src/engine/uploaded.ts';
import { generate } from '../../../trainer/src/inference/generate.ts';
import { openDecoder } from '../../../trainer/src/inference/players.ts';
import type { ModelConfig } from '../../../trainer/src/model/modelConfig.ts';
import { readParameters } from '../../../trainer/src/student/openStudent.ts';
import { createTokenizer } from '../../../trainer/src/tokenizer/tokenizer.ts';
import { openOnnx } from '../../support/executors.ts';
import { openNodeLlama } from '../../support/nodeLlama.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { TINY_DECODER, tinyParameters } from '../../support/tinyDecoder.ts';
import { byteTokenizerJson } from '../tokenizer/byteTokenizer.ts';

const llama = await openNodeLlama();
const TEXTS = ['Hello, world', '12 apples\n\n  and more', 'wörld 日本'];

test.skipIf(llama === null).each([
  ['llama', 'F32'],
  ['llama', 'F16'],
  ['llama', 'Q8_0'],
  ['qwen2', 'F32'],
  ['qwen3', 'F32'],
] as const)(
  'llama.cpp reads a %s in %s and says what we say',
  async (modelType, type: WrittenType) => {
    const file = path.join(temporaryFolder(), 'model.gguf');
    const config = {
      ...TINY_DECODER,
      ...{
        modelType,
        hiddenSize: 64,
        intermediateSize: 128,
        headDim: modelType === 'qwen2' ? 16 : 32,
        numAttentionHeads: 4,
        numKeyValueHeads: 2,
      },
      ...{ vocabSize: 258, maxPositionEmbeddings: 256, slidingWindow: null, eosTokenIds: [257] },
    } as unknown as ModelConfig;
    const parameters = tinyParameters(config);
    const tokenizer = await createTokenizer({
      ...{ place: 'test', tokenizer: byteTokenizerJson({ special: ['<|end|>'], merges: ['h e'] }) },
      tokenizerConfig: JSON.stringify({ eos_token: '<|end|>' }),
      ...{ chatTemplate: null, bosTokenId: null, eosTokenId: null },
    });
    const tensors = {
      names: Object.keys(parameters),
      shape: (name: string) => parameters[name]!.shape,
      read: (name: string) => parameters[name]!.data as Float32Array,
    };
    await saveGguf(file, { name: 'test', config, tensors, tokenizer, type });
    const model = await llama!.loadModel({ modelPath: file });
    const context = await model.createContext({ contextSize: 256, threads: 1 });
    const executor = await openOnnx();
    // What the file holds, so that both compute from the same rounded weights.
    const frozen = uploaded(executor, await readParameters(await openCheckpoint(file)));
    const loaded = { model: config, lora: null, state: {}, frozen };
    for (const text of TEXTS) {
      const ids = [...(await tokenizer.encode(text)).ids];
      expect([...model.tokenize(text, true)]).toEqual(ids);
      const sequence = context.getSequence();
      const said: number[] = [];
      for await (const id of sequence.evaluate(ids, { temperature: 0 })) {
        said.push(id);
        if (said.length === 24) break;
      }
      sequence.dispose();
      const decoder = openDecoder(executor, loaded, { rows: 1 });
      await decoder.feed([{ row: 0, ids }]);
      const [own] = await generate(decoder, [0], {
        ...{ temperature: 0, topP: 1, uniform: () => 0, maxTokens: 24, stopIds: new Set<number>() },
      });
      // llama.cpp multiplies by rounded activations where weights are rounded, so that a near tie may fall otherwise.
      const length = type === 'Q8_0' ? 1 : 24;
      expect(said.slice(0, length)).toEqual(own!.ids.slice(0, length));
      await decoder.dispose();
    }
  },
);
