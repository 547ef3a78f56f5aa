import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Cluster,
  layoutOf,
  recommended,
  type StepCosts,
} from '../../../trainer/src/recipes/planLayouts.ts';

const COSTS: StepCosts = {
  microBatchSeconds: 0.04,
  updateSeconds: 0.008,
  microBatches: 64,
  gradientBytes: 2e8,
  memoryBytesPerSecond: 4e9,
};
const CLUSTER: Cluster = {
  ranksPerMachine: 8,
  networkBytesPerSecond: 1e10,
  messageSeconds: 2e-5,
  cores: null,
};

describe('what a step takes', () => {
  test('alone: its micro-batches and the update', () => {
    const one = layoutOf(1, COSTS, CLUSTER);
    expect(one).toMatchObject({ machines: 1, sumSeconds: 0, speedup: 1, efficiency: 1 });
    expect(one.stepSeconds).toBeCloseTo(64 * 0.04 + 0.008, 12);
  });

  test('two ranks of a machine: half of them, the update, and 2 G through memory', () => {
    const two = layoutOf(2, COSTS, CLUSTER);
    expect(two.computeSeconds).toBeCloseTo(32 * 0.04 + 0.008, 12);
    expect(two.sumSeconds).toBeCloseTo((2 * 2e8) / 4e9 + 2 * 2e-5, 12);
  });

  test('sixteen ranks on two machines: each sends half of its ranks’ gradients over, twice', () => {
    const { machines, sumSeconds } = layoutOf(16, COSTS, CLUSTER);
    expect(machines).toBe(2);
    const inside = (2 * 7 * 2e8) / 4e9;
    const across = (2 * 8 * 8 * 2e8) / (16 * 1e10);
    expect(sumSeconds).toBeCloseTo(inside + across + 30 * 2e-5, 12);
  });

  test('ranks that share cores take longer, each as much as its share is smaller', () => {
    const cluster = { ...CLUSTER, cores: { count: 2, threads: 1 } };
    const [two, four] = [2, 4].map((ranks) => layoutOf(ranks, COSTS, cluster).computeSeconds);
    expect(two).toBeCloseTo(32 * 0.04 + 0.008, 12);
    expect(four).toBeCloseTo(2 * (16 * 0.04 + 0.008), 12);
  });

  test('never less than a share of the work, and never longer over a faster network', () => {
    const some = fc.double({ min: 1e-4, max: 10, noNaN: true });
    fc.assert(
      fc.property(some, some, fc.integer({ min: 0, max: 8 }), (micro, update, power) => {
        const costs = { ...COSTS, microBatchSeconds: micro, updateSeconds: update };
        const one = layoutOf(2 ** power, costs, CLUSTER);
        expect(one.stepSeconds).toBeGreaterThanOrEqual((64 * micro) / 2 ** power);
        expect(one.efficiency).toBeLessThanOrEqual(1 + 1e-12);
        const faster = { ...CLUSTER, networkBytesPerSecond: 2e10 };
        expect(layoutOf(2 ** power, costs, faster).stepSeconds).toBeLessThanOrEqual(
          one.stepSeconds,
        );
      }),
      { seed: 2, numRuns: 200 },
    );
  });
});

test('the fastest layout is recommended whose ranks are at work for half of their time', () => {
  const all = [1, 2, 4, 8, 16, 32, 64].map((ranks) => layoutOf(ranks, COSTS, CLUSTER));
  const best = recommended(all)!;
  const worth = all.filter(({ efficiency }) => efficiency >= 0.5);
  expect(best.stepSeconds).toBe(Math.min(...worth.map(({ stepSeconds }) => stepSeconds)));
  expect(best.ranks).toBeLessThan(64);
  expect(recommended([])).toBeNull();
});
