import { expect, test } from 'vitest';
import { parameterSpecs } from '../../../trainer/src/model/parameterSpecs.ts';
import { memoryEstimate } from '../../../trainer/src/recipes/memoryEstimate.ts';
import { TINY_DECODER } from '../../support/tinyDecoder.ts';

/** Six layers of 512, vocabulary 338. */
const MODEL = {
  ...TINY_DECODER,
  ...{ vocabSize: 338, hiddenSize: 512, intermediateSize: 1408, numHiddenLayers: 6, headDim: 64 },
  ...{ numAttentionHeads: 8, numKeyValueHeads: 4, tieWordEmbeddings: true },
};
const PARAMETERS = Object.values(parameterSpecs(MODEL))
  .map((shape) => shape.reduce((product, size) => product * size, 1))
  .reduce((sum, count) => sum + count, 0);
const RUN = { model: MODEL, trained: PARAMETERS, frozen: 0, teacher: 0 };

/** Resident bytes after three steps of such runs on two cores. */
test.each([
  { tokens: 1536, accumulates: false, measured: 620e6 },
  { tokens: 768, accumulates: true, measured: 674e6 },
])('$tokens tokens, accumulating: $accumulates: within a quarter', ({ measured, ...rest }) => {
  const estimate = memoryEstimate({ ...RUN, ...rest });
  expect(estimate / measured).toBeGreaterThan(0.8);
  expect(estimate / measured).toBeLessThan(1.25);
});

test('grows with tokens, accumulation, frozen weights and teacher', () => {
  const run = { ...RUN, tokens: 512, accumulates: false };
  const base = memoryEstimate(run);
  const more = [{ tokens: 1024 }, { accumulates: true }, { frozen: 1e6 }, { teacher: 1e6 }];
  for (const change of more) expect(memoryEstimate({ ...run, ...change })).toBeGreaterThan(base);
});
