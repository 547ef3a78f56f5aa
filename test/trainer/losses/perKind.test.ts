import { beforeAll, expect, it, test } from 'vitest';
import { KIND } from '@deepcoder/vocabulary';
import type { Executor } from '../../../trainer/src/engine/program.ts';
import { divergenceParts } from '../../../trainer/src/losses/divergence.ts';
import { forwardKl } from '../../../trainer/src/losses/forwardKl.ts';
import { reverseKl } from '../../../trainer/src/losses/reverseKl.ts';
import { uld } from '../../../trainer/src/losses/uld.ts';
import { wasserstein } from '../../../trainer/src/losses/wasserstein.ts';
import { maxDifference, openOnnx, openReference, tensorOf } from '../../support/executors.ts';
import { columnOf, lossCase, runLoss } from './support/lossCase.ts';

let onnx: Executor;
let reference: Executor;
beforeAll(async () => {
  onnx = await openOnnx();
  reference = await openReference();
}, 60_000);

const BY_KIND = {
  reasoning: wasserstein,
  action: forwardKl,
  observation: reverseKl,
  other: forwardKl,
};
const CODES = [KIND.reasoning, KIND.action, KIND.observation, KIND.other, KIND.none];
const kinds = { kinds: tensorOf([5], CODES, 'int32') };

it.each([1, 2])('each kind has its own divergence, at T = %d', async (temperature) => {
  const given = lossCase(31);
  given.weights = given.weights.map((w) => w + 0.1);
  const options = { kd: 1, temperature };
  for (const executor of [reference, onnx]) {
    const mixed = await runLoss(executor, given, { ...options, divergence: BY_KIND }, kinds);
    const alone = await Promise.all(
      [wasserstein, forwardKl, reverseKl, forwardKl].map((divergence) =>
        runLoss(executor, given, { ...options, divergence }),
      ),
    );
    for (const column of ['divergence', 'loss', 'objective'] as const) {
      const expected = alone.map((result, position) => columnOf(result, column)[position]!);
      expect(maxDifference(columnOf(mixed, column), [...expected, 0])).toBeLessThan(1e-6);
    }
    alone.forEach((result, position) => {
      const row = (dHidden: ArrayLike<number>): number[] =>
        Array.from({ length: 4 }, (_, i) => dHidden[position * 4 + i]!);
      expect(maxDifference(row(mixed.dHidden), row(result.dHidden))).toBeLessThan(1e-6);
    });
    // A slot without a kind is padding.
    expect([...mixed.dHidden.slice(16)].every((g) => g === 0)).toBe(true);
  }
});

test('kinds that share a divergence share its nodes; one for all needs no kinds', async () => {
  expect(divergenceParts(forwardKl)).toEqual([{ divergence: forwardKl, codes: null }]);
  const same = {
    reasoning: forwardKl,
    action: forwardKl,
    observation: forwardKl,
    other: forwardKl,
  };
  expect(divergenceParts(same)).toEqual([{ divergence: forwardKl, codes: null }]);
  expect(divergenceParts(BY_KIND).map(({ codes }) => codes)).toEqual([[1], [2, 4], [3]]);
  const given = lossCase(32);
  const one = await runLoss(onnx, given, { kd: 0.7, temperature: 1, divergence: forwardKl });
  const four = await runLoss(onnx, given, { kd: 0.7, temperature: 1, divergence: same });
  expect(four.columns).toEqual(one.columns);
});

test('kinds that are wanted and missing are an error', async () => {
  await expect(
    runLoss(reference, lossCase(33), { kd: 1, temperature: 1, divergence: BY_KIND }),
  ).rejects.toThrow('wants the kinds');
});

test('a divergence by rank wants a teacher without ids, and the others one with', async () => {
  const given = lossCase(34);
  const options = { kd: 1, temperature: 1 };
  await expect(runLoss(reference, given, { ...options, divergence: uld })).rejects.toThrow(
    'uld does not fit a teacher that has token ids',
  );
  given.teachers = given.teachers!.map((teacher) => ({ ...teacher, ids: null }));
  await expect(runLoss(reference, given, { ...options, divergence: forwardKl })).rejects.toThrow(
    'kl does not fit a teacher that has no token ids',
  );
});
