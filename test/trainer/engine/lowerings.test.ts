import type { Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it, test } from 'vitest';
import type { Executor } from '../../../trainer/src/engine/program.ts';
import { LOWERINGS } from '../../../trainer/src/engine/registerKernels.ts';
import {
  maxDifference,
  openOnnx,
  openReference,
  random,
  runOnce,
  tensorOf,
} from '../../support/executors.ts';
import { ARRAY } from './arrayCases.ts';
import { ELEMENTWISE, NEAR_ZERO } from './elementwiseCases.ts';
import type { Sizes } from './loweringCase.ts';

const CASES = [...ELEMENTWISE, ...ARRAY];

let onnx: Executor;
let reference: Executor;
beforeAll(async () => {
  onnx = await openOnnx();
  reference = await openReference();
}, 60_000);

it.each(CASES)(
  '$kernel equals the reference over random shapes',
  async ({ inputs, build, tolerance, kernel }) => {
    const next = random(kernel.length * 31 + kernel.charCodeAt(0));
    for (let round = 0; round < 4; round++) {
      const size = () => 1 + Math.floor(next() * 5);
      const sizes: Sizes = { m: size(), n: size(), k: size(), next };
      const given = inputs(sizes);
      const all = (tensors: Record<string, Tensor>): Record<string, Tensor> =>
        Object.fromEntries(
          [build(tensors, sizes)].flat().map((tensor, index) => [String(index), tensor]),
        );
      const expected = await runOnce(reference, given, all);
      const actual = await runOnce(onnx, given, all);
      for (const name of Object.keys(expected)) {
        expect(maxDifference(actual[name]!, expected[name]!)).toBeLessThan(tolerance ?? 1e-5);
      }
    }
  },
);

it.each(NEAR_ZERO)('$kernel is exact to rounding near zero', async ({ kernel, build }) => {
  const numbers = [0, 1e-8, -1e-8, 1e-5, -3e-4, 0.1, -0.4, 0.49, 0.51, 2, 20];
  const given = { x: tensorOf([numbers.length], numbers) };
  const { y } = await runOnce(onnx, given, (tensors) => ({
    y: build(tensors, {} as Sizes) as Tensor,
  }));
  const exact = kernel === 'Expm1' ? Math.expm1 : Math.log1p;
  numbers.forEach((x, index) => {
    const wanted = exact(Math.fround(x));
    expect(Math.abs(y![index]! - wanted)).toBeLessThanOrEqual(Math.abs(wanted) * 4e-7);
  });
});

test('every lowering has a row here', () => {
  const tested = new Set([...CASES, ...NEAR_ZERO].map(({ kernel }) => kernel));
  expect(Object.keys(LOWERINGS).filter((kernel) => !tested.has(kernel))).toEqual([]);
});
