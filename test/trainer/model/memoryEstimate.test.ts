import { expect, test } from 'vitest';
import type { ModelConfig } from '../../../trainer/src/model/modelConfig.ts';
import { parameterShapes } from '../../../trainer/src/model/architectures.ts';
import { memoryEstimate } from '../../../trainer/src/model/memoryEstimate.ts';
import { TINY_DECODER } from '../../support/tinyDecoder.ts';

/** Six layers of 512, vocabulary 338. */
const MODEL = {
  ...TINY_DECODER,
  ...{ vocabSize: 338, hiddenSize: 512, intermediateSize: 1408, numHiddenLayers: 6, headDim: 64 },
  ...{ numAttentionHeads: 8, numKeyValueHeads: 4, tieWordEmbeddings: true },
};
const PARAMETERS = parametersOf(MODEL);

function parametersOf(model: ModelConfig): number {
  return Object.values(parameterShapes(model))
    .map((shape) => shape.reduce((product, size) => product * size, 1))
    .reduce((sum, count) => sum + count, 0);
}
const RUN = { model: MODEL, trained: PARAMETERS, frozen: 0, teacher: 0, checkpointing: false };

/** With a head of its own, and as many heads of keys. */
const LARGE = { ...MODEL, vocabSize: 32_000, numKeyValueHeads: 8, tieWordEmbeddings: false };

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

test.each([
  { layers: 6, length: 1024, measured: 1510e6 },
  { layers: 6, length: 4096, measured: 1920e6 },
  { layers: 6, length: 8192, measured: 2910e6 },
  { layers: 24, length: 2048, measured: 2880e6 },
])(
  '$layers layers computed twice, $length tokens: within a fifth',
  ({ layers, length, measured }) => {
    const model = { ...LARGE, numHiddenLayers: layers };
    const run = {
      ...RUN,
      model,
      trained: parametersOf(model),
      rows: 1,
      length,
      accumulates: false,
    };
    const estimate = memoryEstimate({ ...run, checkpointing: true });
    expect(Math.abs(estimate / measured - 1)).toBeLessThan(0.2);
    expect(estimate).toBeLessThan(memoryEstimate(run));
  },
);

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
