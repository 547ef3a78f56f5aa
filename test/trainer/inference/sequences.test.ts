import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Executor } from '../../../trainer/src/engine/program.ts';
import { uploaded } from '../../../trainer/src/engine/uploaded.ts';
import { decodeModel, openDecoder } from '../../../trainer/src/inference/players.ts';
import {
  openSequences,
  type Sequence,
  type SequenceModel,
  type Sequences,
} from '../../../trainer/src/inference/sequences.ts';
import type { ModelConfig } from '../../../trainer/src/model/modelConfig.ts';
import { maxDifference, openOnnx, openReference, random } from '../../support/executors.ts';
import { TINY_DECODER, tinyParameters } from '../../support/tinyDecoder.ts';

const CONTEXT = 300;
const MISTRAL = {
  ...TINY_DECODER,
  modelType: 'mistral',
  slidingWindow: 7,
} as unknown as ModelConfig;

let executors: Record<'onnx' | 'reference', Executor>;
beforeAll(async () => {
  executors = { onnx: await openOnnx(), reference: await openReference() };
});
const open: Sequences[] = [];
afterAll(async () => {
  for (const one of open) await one.dispose();
});

function opened(config: ModelConfig, executor: Executor) {
  const frozen = uploaded(executor, tinyParameters(config));
  const loaded = { model: config, lora: null, state: {}, frozen };
  const sequences = openSequences(config, { executor, context: CONTEXT, together: 4 });
  open.push(sequences);
  const model: SequenceModel = {
    ...{ decode: decodeModel(loaded), state: {}, frozen },
    cacheKey: JSON.stringify(config),
  };
  return { sequences, model, loaded };
}

const tokens = (count: number, seed: number): number[] => {
  const next = random(seed);
  return Array.from({ length: count }, () => Math.floor(next() * TINY_DECODER.vocabSize));
};

async function feed(
  { sequences, model }: { sequences: Sequences; model: SequenceModel },
  sequence: Sequence,
  ids: readonly number[],
): Promise<Float32Array> {
  let logits: Float32Array = new Float32Array();
  for (let at = 0; at < ids.length; at += sequences.longestChunk)
    logits = await sequences.feed(model, sequence, ids.slice(at, at + sequences.longestChunk));
  return logits;
}

/** What the decoder of the players says after a text. */
async function expected(config: ModelConfig, ids: readonly number[]): Promise<Float32Array> {
  const executor = executors.onnx;
  const { loaded } = opened(config, executor);
  const decoder = openDecoder(executor, loaded, { rows: 1, context: CONTEXT });
  await decoder.feed([{ row: 0, ids }]);
  const logits = decoder.logits(0).slice();
  await decoder.dispose();
  return logits;
}

test.each([
  ['onnx', 'all before', TINY_DECODER],
  ['reference', 'all before', TINY_DECODER],
  ['onnx', 'all before, heads of 8', { ...TINY_DECODER, headDim: 8 }],
  ['onnx', 'a window', MISTRAL],
  ['reference', 'a window', MISTRAL],
] as const)(
  'sequences of different lengths give what each gives alone (%s, attention to %s)',
  async (name, _, config) => {
    const own = opened(config, executors[name]);
    const texts = [tokens(150, 1), tokens(2, 2), tokens(33, 3)];
    const fed = texts.map((ids) => ({ ids, sequence: own.sequences.create() }));
    for (const { ids, sequence } of fed) await feed(own, sequence, ids.slice(0, -1));
    const last = fed.map(({ ids, sequence }) => ({ sequence, id: ids.at(-1)! }));
    const logits = await own.sequences.decode(own.model, last);
    for (const [at, ids] of texts.entries()) {
      expect(fed[at]!.sequence.length).toBe(ids.length);
      expect(maxDifference(logits[at]!, await expected(config, ids))).toBeLessThan(2e-5);
    }
  },
);

test('a sequence that was cut or copied goes on as if it had been so long', async () => {
  const own = opened(TINY_DECODER, executors.onnx);
  const text = tokens(100, 4);
  const first = own.sequences.create();
  await feed(own, first, text);
  const second = own.sequences.create();
  await own.sequences.copy(first, second, 60);
  own.sequences.truncate(first, 60);
  for (const sequence of [first, second]) {
    const rest = tokens(9, 5);
    const logits = await feed(own, sequence, rest);
    const alone = await expected(TINY_DECODER, [...text.slice(0, 60), ...rest]);
    expect(maxDifference(logits, alone)).toBeLessThan(2e-5);
  }
});

test('logits after every token of a chunk are those after each', async () => {
  const own = opened(TINY_DECODER, executors.onnx);
  const text = tokens(20, 6);
  const all = await own.sequences.feedAll(own.model, own.sequences.create(), text);
  const width = TINY_DECODER.vocabSize;
  for (const at of [0, 7, 19]) {
    const after = await expected(TINY_DECODER, text.slice(0, at + 1));
    expect(maxDifference(all.subarray(at * width, (at + 1) * width), after)).toBeLessThan(2e-5);
  }
});

test('what does not fit the context is refused', async () => {
  const own = opened(TINY_DECODER, executors.onnx);
  const sequence = own.sequences.create();
  await feed(own, sequence, tokens(CONTEXT, 7));
  await expect(own.sequences.decode(own.model, [{ sequence, id: 1 }])).rejects.toThrow(/301/);
});
