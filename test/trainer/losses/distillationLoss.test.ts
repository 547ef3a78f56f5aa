import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, test } from 'vitest';
import type { Executor } from '../../../trainer/src/engine/program.ts';
import { chunkFor } from '../../../trainer/src/losses/distillationLoss.ts';
import { forwardKl } from '../../../trainer/src/losses/forwardKl.ts';
import { maxDifference, openOnnx, openReference, tensorOf } from '../../support/executors.ts';
import { numericGradient } from '../../support/gradients.ts';
import { softmax } from '../../support/plainDecoder.ts';
import {
  callLoss,
  type CaseSize,
  columnOf,
  lossCase,
  type LossCase,
  lossTensors,
  plainLogits,
  runLoss,
  topOf,
} from './support/lossCase.ts';
import {
  cellsOf,
  plainKl,
  plainLoss,
  type PlainOptions,
  type PlainTeacher,
} from './support/oracle.ts';

let onnx: Executor;
let reference: Executor;
beforeAll(async () => {
  onnx = await openOnnx();
  reference = await openReference();
}, 60_000);

const KL = { power: 2, divergence: plainKl } as const;

const klOf = (logits: number[], teacher: PlainTeacher): number => {
  const [p, q] = cellsOf(logits, teacher);
  return plainKl(p, q);
};

/** Sum over positions of the oracle's loss. */
function objective(
  given: LossCase,
  options: PlainOptions,
  { hidden, head }: { hidden: ArrayLike<number>; head: ArrayLike<number> },
): number {
  return given.labels.reduce((sum, label, position) => {
    const logits = plainLogits(hidden, head, given, position);
    const teacher = given.teachers === null ? null : given.teachers[position]!;
    return sum + plainLoss({ logits, label, weight: given.weights[position]!, teacher }, options);
  }, 0);
}

const CASES: ({ name: string; kd: number; temperature: number } & CaseSize)[] = [
  { name: 'top k with a tail', kd: 0.7, temperature: 1 },
  { name: 'the divergence alone', kd: 1, temperature: 1 },
  { name: 'cross-entropy alone beside a teacher', kd: 0, temperature: 1 },
  { name: 'the whole vocabulary, no tail', kd: 0.7, temperature: 1, k: 9 },
  { name: 'one token of the teacher', kd: 0.7, temperature: 1, k: 1 },
  { name: 'all tokens but one', kd: 0.7, temperature: 1, k: 8 },
  { name: 'hard labels', kd: 0, temperature: 1, k: null },
  { name: 'T = 2 with a tail', kd: 0.7, temperature: 2 },
  { name: 'T = 0.5 with the whole vocabulary', kd: 0.3, temperature: 0.5, k: 9 },
  { name: 'T = 3, the divergence alone', kd: 1, temperature: 3 },
  { name: 'T = 2, cross-entropy alone', kd: 0, temperature: 2 },
  { name: 'a student that is very sure', kd: 0.7, temperature: 1, spread: 20 },
];

describe.each(CASES)('distillationLoss: $name', ({ kd, temperature, ...size }) => {
  const given = lossCase(kd * 10 + temperature, size);
  const options = { kd, temperature, divergence: forwardKl };

  it.each(['reference', 'onnx'] as const)('equals plain numbers on %s', async (on) => {
    const result = await runLoss(on === 'onnx' ? onnx : reference, given, options);
    const { data: hidden } = given.hidden;
    const { data: head } = given.head;
    const plain = { ...KL, kd, temperature };
    const total = columnOf(result, 'objective').reduce((a, b) => a + b, 0);
    expect(maxDifference([total], [objective(given, plain, { hidden, head })])).toBeLessThan(2e-6);
    const dHidden = numericGradient((x) => objective(given, plain, { hidden: x, head }), hidden);
    const dHead = numericGradient((x) => objective(given, plain, { hidden, head: x }), head);
    expect(maxDifference(result.dHidden, dHidden)).toBeLessThan(5e-6);
    expect(maxDifference(result.dHead, dHead)).toBeLessThan(5e-6);
  });

  it('is the same on both executors', async () => {
    const expected = await runLoss(reference, given, options);
    const actual = await runLoss(onnx, given, options);
    for (const part of ['columns', 'dHidden', 'dHead'] as const) {
      expect(maxDifference(actual[part], expected[part]), part).toBeLessThan(1e-5);
    }
  });
});

describe('the columns', () => {
  const given = lossCase(21);
  const each = async (column: Parameters<typeof columnOf>[1]): Promise<number[]> =>
    columnOf(
      await runLoss(onnx, given, { kd: 0.7, temperature: 1, divergence: forwardKl }),
      column,
    );
  const logits = (position: number): number[] =>
    plainLogits(given.hidden.data, given.head.data, given, position);
  const expected = (f: (position: number) => number): number[] =>
    given.labels.map((_, position) => f(position));
  const top = (numbers: number[]): number => numbers.indexOf(Math.max(...numbers));
  const entropy = (p: number[]): number =>
    p.reduce((sum, x) => (x === 0 ? sum : sum - x * Math.log(x)), 0);

  it.each([
    ['crossEntropy', (i: number) => -Math.log(softmax(logits(i))[given.labels[i]!]!)],
    ['divergence', (i: number) => klOf(logits(i), given.teachers![i]!)],
    ['correct', (i: number) => Number(top(logits(i)) === given.labels[i])],
    ['agreement', (i: number) => Number(top(logits(i)) === given.teachers![i]!.ids![0])],
    ['studentEntropy', (i: number) => entropy(cellsOf(logits(i), given.teachers![i]!)[1])],
    ['teacherEntropy', (i: number) => entropy(cellsOf(logits(i), given.teachers![i]!)[0])],
    [
      'teacherMass',
      (i: number) => given.teachers![i]!.logp.reduce((sum, logp) => sum + Math.exp(logp), 0),
    ],
  ] as const)('%s', async (column, plain) => {
    expect(maxDifference(await each(column), expected(plain))).toBeLessThan(2e-6);
  });

  it('entropies are positive', async () => {
    for (const column of ['studentEntropy', 'teacherEntropy'] as const) {
      expect(Math.min(...(await each(column)))).toBeGreaterThan(0.1);
    }
  });
});

describe('weights', () => {
  const options = { kd: 0.7, temperature: 1, divergence: forwardKl };

  it('a position of weight 0 counts as one that is not there', async () => {
    const given = lossCase(5, { positions: 4 });
    given.weights = [0.5, 0, 0.25, 0];
    const kept = [0, 2];
    const rows = (data: ArrayLike<number>, width: number): number[] =>
      kept.flatMap((row) => Array.from({ length: width }, (_, i) => data[row * width + i]!));
    const without: LossCase = {
      ...given,
      positions: 2,
      hidden: {
        ...given.hidden,
        shape: [2, 4],
        data: new Float32Array(rows(given.hidden.data, 4)),
      },
      labels: kept.map((row) => given.labels[row]!),
      weights: kept.map((row) => given.weights[row]!),
      teachers: kept.map((row) => given.teachers![row]!),
    };
    for (const executor of [onnx, reference]) {
      const all = await runLoss(executor, given, options);
      const few = await runLoss(executor, without, options);
      expect(maxDifference(all.dHead, few.dHead)).toBeLessThan(1e-7);
      expect(maxDifference(rows(all.dHidden, 4), few.dHidden)).toBeLessThan(1e-7);
      expect([...all.dHidden.slice(4, 8), ...all.dHidden.slice(12)].every((g) => g === 0)).toBe(
        true,
      );
    }
  });

  it('all 0 give loss 0 and gradient 0', async () => {
    const given = lossCase(6);
    given.weights = given.weights.map(() => 0);
    for (const executor of [onnx, reference]) {
      const result = await runLoss(executor, given, options);
      expect(columnOf(result, 'objective').every((loss) => loss === 0)).toBe(true);
      expect([...result.dHidden, ...result.dHead].every((g) => g === 0)).toBe(true);
    }
  });

  it('padding with an empty teacher gives 0, not NaN', async () => {
    const given = lossCase(7, { positions: 3, k: 3 });
    given.weights[1] = 0;
    given.labels[1] = 0;
    given.teachers![1] = { ids: [0, 0, 0], logp: [0, 0, 0], tailLogp: 0 };
    for (const executor of [onnx, reference]) {
      const result = await runLoss(executor, given, options);
      expect(columnOf(result, 'objective')[1]).toBe(0);
      expect([...result.dHidden.slice(4, 8)].every((g) => g === 0)).toBe(true);
      expect([...result.dHead].every(Number.isFinite)).toBe(true);
    }
  });
});

test('chunks of any size give the same', async () => {
  const given = lossCase(9, { positions: 7 });
  const options = { kd: 0.7, temperature: 1, divergence: forwardKl };
  const whole = await runLoss(onnx, given, { ...options, chunk: 7 });
  for (const chunk of [1, 3, 100]) {
    const parts = await runLoss(onnx, given, { ...options, chunk });
    for (const part of ['columns', 'dHidden', 'dHead'] as const) {
      expect(maxDifference(parts[part], whole[part]), part).toBeLessThan(2e-6);
    }
  }
});

test('factors of rows, which half precision goes without, change nothing', async () => {
  const given = lossCase(9, { positions: 7 });
  for (const kd of [0.7, 1]) {
    const options = { kd, temperature: 1, divergence: forwardKl };
    const withFactors = await runLoss(onnx, given, options);
    const without = await runLoss(onnx, given, { ...options, precision: 'fp16' });
    for (const part of ['columns', 'dHidden', 'dHead'] as const) {
      expect(maxDifference(withFactors[part], without[part]), part).toBeLessThan(2e-6);
    }
  }
});

test('a frozen head gets no gradient, and the hidden states the same one', async () => {
  const given = lossCase(10);
  const options = { kd: 0.7, temperature: 1, divergence: forwardKl };
  const trained = await runLoss(onnx, given, options);
  const frozen = await runLoss(onnx, given, { ...options, trainHead: false });
  expect([...frozen.dHead].every((g) => g === 0)).toBe(true);
  expect(frozen.dHidden).toEqual(trained.dHidden);
});

test('teacher = student: no divergence and no gradient', async () => {
  for (const k of [1, 3, 9]) {
    const given = lossCase(12, { k });
    given.teachers = given.labels.map((_, position) =>
      topOf(plainLogits(given.hidden.data, given.head.data, given, position), k),
    );
    const result = await runLoss(onnx, given, { kd: 1, temperature: 1, divergence: forwardKl });
    expect(
      maxDifference(
        columnOf(result, 'divergence'),
        given.labels.map(() => 0),
      ),
    ).toBeLessThan(1e-6);
    expect(Math.max(...[...result.dHidden, ...result.dHead].map(Math.abs))).toBeLessThan(2e-6);
  }
});

test('shapes that do not fit are an error that lists them', async () => {
  const given = lossCase(13);
  const labels = tensorOf([4], given.labels.slice(1), 'int32');
  const options = { kd: 1, temperature: 1, divergence: forwardKl };
  await expect(runLoss(reference, given, options, { labels })).rejects.toThrow(
    /shapes do not fit: \[5,4\] \[9,4\] \[4\]/,
  );
});

test('no tensor is left behind', async () => {
  const given = lossCase(14);
  const options = { kd: 0.7, temperature: 2, divergence: forwardKl };
  await runLoss(reference, given, options);
  const before = tf.memory().numTensors;
  await runLoss(reference, given, options);
  expect(tf.memory().numTensors).toBe(before);
  const tensors = Object.fromEntries(
    Object.entries(lossTensors(given)).map(([name, { data, shape, dtype }]) => [
      name,
      tf.tensor(data, [...shape], dtype),
    ]),
  );
  const held = tf.memory().numTensors;
  tf.tidy(() => callLoss(tensors, options)).dispose();
  expect(tf.memory().numTensors).toBe(held);
  tf.dispose(tensors);
});

test('chunks are alike and hold about the bytes asked for', () => {
  expect(chunkFor(32_000, 1024)).toBe(512);
  expect(chunkFor(32_000, 4096)).toBe(586);
  expect(chunkFor(151_936, 512)).toBe(128);
  expect(chunkFor(64, 100)).toBe(100);
  expect(chunkFor(1e9, 100)).toBe(15);
});
