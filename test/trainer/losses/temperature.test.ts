import { beforeAll, describe, expect, it, test } from 'vitest';
import type { Executor } from '../../../trainer/src/engine/program.ts';
import {
  softensInTraining,
  type TemperatureConfig,
  temperaturesAt,
} from '../../../trainer/src/losses/temperature.ts';
import { maxDifference, openOnnx, openReference, tensorOf } from '../../support/executors.ts';
import { numericGradient } from '../../support/gradients.ts';
import { DIVERGENCE_CASES } from './support/divergences.ts';
import { columnOf, logitCase, lossCase, plainLogits, runLoss, topOf } from './support/lossCase.ts';
import { cellsOf, plainLoss, plainSoften } from './support/oracle.ts';

let onnx: Executor;
let reference: Executor;
beforeAll(async () => {
  onnx = await openOnnx();
  reference = await openReference();
}, 60_000);

const CONFIG: TemperatureConfig = { value: 1.5, schedule: 'constant', min: 1, max: 4 };
const NO_ENTROPY = new Float32Array(2);

describe('schedules', () => {
  it.each([
    ['constant', 0.3, [1.5, 1.5]],
    ['linear', 0, [4, 4]],
    ['linear', 0.5, [2.5, 2.5]],
    ['linear', 1, [1, 1]],
    ['linear', 7, [1, 1]],
    ['cosine', 0, [4, 4]],
    ['cosine', 0.5, [2.5, 2.5]],
    ['cosine', 0.25, [4 - 3 * ((1 - Math.SQRT1_2) / 2), 4 - 3 * ((1 - Math.SQRT1_2) / 2)]],
    ['cosine', 1, [1, 1]],
  ] as const)('%s at progress %d', (schedule, progress, expected) => {
    const values = temperaturesAt(
      { ...CONFIG, schedule },
      { progress, teacherEntropy: NO_ENTROPY },
    );
    expect(maxDifference(values, expected)).toBeLessThan(1e-6);
  });

  it('entropy: from min where the teacher is sure to max where it knows nothing', () => {
    const teacherEntropy = Float32Array.of(0, 0.5, 1);
    const config = { ...CONFIG, schedule: 'entropy' as const };
    expect([...temperaturesAt(config, { progress: 0.9, teacherEntropy })]).toEqual([1, 2.5, 4]);
  });

  it.each([
    ['checkpoint', 'ids', { ...CONFIG, value: 2 }, false],
    ['checkpoint', 'bytes', { ...CONFIG, value: 2 }, true],
    ['checkpoint', 'bytes', { ...CONFIG, value: 1 }, false],
    ['checkpoint', 'ids', { ...CONFIG, schedule: 'entropy' }, true],
    ['sglang', 'ids', { ...CONFIG, value: 1 }, false],
    ['vllm', 'ids', { ...CONFIG, value: 2 }, true],
  ] as const)('a %s teacher by %s is softened in training: %o', (type, align, temperature, is) => {
    expect(softensInTraining({ loss: { temperature }, teacher: { type, align } })).toBe(is);
  });
});

const TEMPERATURES = [1, 2, 0.7, 3, 1.3];

describe.each(DIVERGENCE_CASES)('$name at a temperature of each position', (each) => {
  const { divergence, plain, power, frozen } = each;

  it.each([3, 9])(
    'softens a teacher of %d tokens and has the gradient of its formula',
    async (k) => {
      const given = lossCase(40 + k, { k });
      const logits = given.labels.map((_, position) =>
        plainLogits(given.hidden.data, given.head.data, given, position).map(Math.fround),
      );
      const teachers =
        divergence.cells === 'ranks'
          ? given.teachers!.map((teacher) => ({ ...teacher, ids: null }))
          : given.teachers!;
      const atLogits = { ...logitCase(logits, teachers, given.weights), labels: given.labels };
      const options = { kd: 0.6, temperature: 1, divergence };
      const extra = { temperature: tensorOf([5], TEMPERATURES) };
      for (const executor of [reference, onnx]) {
        const result = await runLoss(executor, atLogits, options, extra);
        logits.forEach((row, position) => {
          const temperature = Math.fround(TEMPERATURES[position]!);
          const teacher = plainSoften(teachers[position]!, temperature, 9);
          const weight = Math.fround(given.weights[position]!);
          const label = given.labels[position]!;
          const shared = { label, weight, teacher };
          const plainOptions = { kd: 0.6, temperature, power, divergence: plain };
          const value = plainLoss({ ...shared, logits: row }, plainOptions);
          expect(maxDifference([columnOf(result, 'objective')[position]!], [value])).toBeLessThan(
            3e-6,
          );
          const around = frozen?.(...cellsOf(row, teacher, temperature)) ?? plain;
          const gradient = numericGradient(
            (z) =>
              plainLoss({ ...shared, logits: [...z] }, { ...plainOptions, divergence: around }),
            row,
          );
          const actual = result.dHidden.slice(position * 9, position * 9 + 9);
          expect(maxDifference(actual, gradient)).toBeLessThan(3e-6);
        });
      }
    },
  );
});

test('T given as 1 for each position is T = 1', async () => {
  const given = lossCase(50);
  const [{ divergence }] = DIVERGENCE_CASES as [(typeof DIVERGENCE_CASES)[0]];
  const options = { kd: 0.6, temperature: 1, divergence };
  const fixed = await runLoss(onnx, given, options);
  const ones = await runLoss(onnx, given, options, { temperature: tensorOf([5], [1, 1, 1, 1, 1]) });
  expect(maxDifference(ones.columns, fixed.columns)).toBeLessThan(1e-6);
  expect(maxDifference(ones.dHidden, fixed.dHidden)).toBeLessThan(1e-6);
});

test('the softened tail of an even rest is exact', () => {
  // A rest that is spread evenly is what the tail model assumes, so top k and whole vocabulary agree.
  const logits = [3, 2, 0, 0, 0, 0, 0];
  const top = plainSoften(topOf(logits, 2), 2, 7);
  const whole = plainSoften(topOf(logits, 7), 2, 7);
  expect(top.logp[0]).toBeCloseTo(whole.logp[0]!, 6);
  expect(Math.exp(top.tailLogp!)).toBeCloseTo(
    whole.logp.slice(2).reduce((sum, logp) => sum + Math.exp(logp), 0),
    6,
  );
});
