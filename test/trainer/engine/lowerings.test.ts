import type { Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it, test } from 'vitest';
import type { Executor } from '../../../trainer/src/engine/program.ts';
import { LOWERINGS } from '../../../trainer/src/engine/registerKernels.ts';
import { openOnnx, openReference, runOnce, tensorOf } from '../../support/executors.ts';
import { ARRAY } from './arrayCases.ts';
import { ELEMENTWISE, NEAR_ZERO } from './elementwiseCases.ts';
import { expectEqualToReference, type Sizes } from './loweringCase.ts';

const CASES = [...ELEMENTWISE, ...ARRAY];

let onnx: Executor;
let reference: Executor;
beforeAll(async () => {
  onnx = await openOnnx();
  reference = await openReference();
}, 60_000);

it.each(CASES)('$kernel equals the reference over random shapes', (one) =>
  expectEqualToReference(one, { executor: onnx, reference, rounds: 4 }),
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
