import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALL, dealFor, isDealt, rowsOfPart } from '../../../trainer/src/data/deal.ts';
import { createSampler } from '../../../trainer/src/data/sampler.ts';
import type { Sample } from '../../../trainer/src/data/sample.ts';

const WEIGHTS = { reasoning: 1, action: 1, observation: 0, other: 0, labels: 0 };

/** Token ids tell samples apart. */
function sample(index: number): Sample {
  const ids = Int32Array.from({ length: 3 + (index % 5) }, (_, at) => 100 * (index + 1) + at);
  return {
    ...({ id: `s${index}`, record: `r${index}`, source: 'x' } as Sample),
    ids,
    kinds: new Uint8Array(ids.length).fill(2),
    glue: new Uint8Array(ids.length),
  };
}

describe('dealing the micro-batches of a step', () => {
  test('all ranks together learn from what one rank does, in equal shares', () => {
    const choice = fc.record({
      ranks: fc.integer({ min: 1, max: 6 }),
      microBatchSize: fc.integer({ min: 1, max: 12 }),
      gradientAccumulationSteps: fc.integer({ min: 1, max: 8 }),
      count: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(choice, ({ ranks, count, ...step }) => {
        const rows = step.microBatchSize;
        if ((rows * step.gradientAccumulationSteps) % ranks !== 0) return;
        const samples = Array.from({ length: count }, (_, index) => sample(index));
        const options = { rows, length: 16, seed: 5, weights: WEIGHTS, now: () => 0 };
        const samplers = Array.from({ length: ranks }, (_, rank) =>
          createSampler(samples, { ...options, deal: dealFor({ rank, ranks }, step) }),
        );
        const alone = createSampler(samples, { ...options, deal: ALL });
        for (let round = 0; round < 3; round++) {
          const windows = samplers.map((one) => one.window(step.gradientAccumulationSteps));
          const whole = alone.window(step.gradientAccumulationSteps);
          const rowsOf = (dealt: typeof whole): string[] =>
            dealt.flatMap(({ batch, micro, firstRow }) =>
              Array.from({ length: batch.rows }, (_, row) => {
                const ids = batch.ids.subarray(row * 16, (row + 1) * 16);
                return `${micro}/${firstRow + row}: ${ids.join()}`;
              }),
            );
          const isFull = (line: string): boolean => !/: (0,)+0$/.test(line);
          expect(windows.flatMap(rowsOf).filter(isFull).sort()).toEqual(
            rowsOf(whole).filter(isFull).sort(),
          );
          for (const one of samplers) expect(one.position()).toEqual(alone.position());
        }
      }),
      { seed: 11, numRuns: 150 },
    );
  });

  test.each([
    [1, 1, 1, 1],
    [2, 4, 1, 2],
    [2, 1, 4, 1],
    [4, 2, 2, 2],
    [4, 4, 6, 2],
  ])('%i ranks, %i rows by %i micro-batches: %i parts', (ranks, rows, micro, parts) => {
    const step = { microBatchSize: rows, gradientAccumulationSteps: micro };
    const deals = Array.from({ length: ranks }, (_, rank) => dealFor({ rank, ranks }, step));
    expect(deals.map((deal) => deal.parts)).toEqual(deals.map(() => parts));
    const shares = deals.map((deal) => {
      let share = 0;
      for (let i = 0; i < micro; i++)
        for (let part = 0; part < parts; part++) share += isDealt(deal, i, part) ? 1 : 0;
      return share;
    });
    expect(new Set(shares)).toEqual(new Set([(micro * parts) / ranks]));
  });

  test('a share that does not come out even is refused with both cures', () => {
    const step = { microBatchSize: 2, gradientAccumulationSteps: 4 };
    expect(() => dealFor({ rank: 0, ranks: 3 }, step)).toThrow(
      '3 ranks cannot share the 8 rows of a step evenly: make train.gradient_accumulation_steps (4) a multiple of 3, or train.micro_batch_size (2) a multiple of 3',
    );
  });

  test('the last batch of an epoch may leave parts without rows', () => {
    const parts = [0, 1].map((part) => rowsOfPart(['a', 'b', 'c'], part, { rows: 8, parts: 2 }));
    expect(parts).toEqual([['a', 'b', 'c'], []]);
  });
});
