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

/** Peaks of three steps of such runs on two cores, resident. */
test.each([
  { rows: 1, length: 256, measured: 547e6 },
  { rows: 3, length: 512, measured: 1042e6 },
  { rows: 6, length: 512, measured: 1647e6 },
  { rows: 2, length: 768, measured: 847e6 },
  { rows: 1, length: 4096, measured: 1530e6 },
])('$rows x $length tokens: within a fifth', ({ measured, ...rest }) => {
  const estimate = memoryEstimate({ ...RUN, ...rest, accumulates: false });
  expect(Math.abs(estimate / measured - 1)).toBeLessThan(0.2);
});

test('grows with tokens, accumulation, frozen weights and teacher', () => {
  const run = { ...RUN, rows: 1, length: 512, accumulates: false };
  const base = memoryEstimate(run);
  const more = [
    { rows: 2 },
    { length: 2048 },
    { accumulates: true },
    { frozen: 1e6 },
    { teacher: 1e6 },
  ];
  for (const change of more) expect(memoryEstimate({ ...run, ...change })).toBeGreaterThan(base);
});
