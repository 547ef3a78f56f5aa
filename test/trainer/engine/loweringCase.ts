import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Executor, HostTensor } from '../../../trainer/src/engine/program.ts';
import { maxDifference, random, randomTensor, runOnce, tensorOf } from '../../support/executors.ts';

/** Inputs for one kernel, and what to build of them. */
export interface LoweringCase {
  kernel: string;
  /** Inputs for random sizes m, n, k in 1..5. */
  inputs: (size: Sizes) => Record<string, HostTensor>;
  build: (inputs: Record<string, Tensor>, size: Sizes) => Tensor | Tensor[];
  tolerance?: number;
}

export interface Sizes {
  m: number;
  n: number;
  k: number;
  next: () => number;
}

/** Runs the kernel over random shapes on both. */
export async function expectEqualToReference(
  { kernel, inputs, build, tolerance = 1e-5 }: LoweringCase,
  { executor, reference, rounds }: { executor: Executor; reference: Executor; rounds: number },
): Promise<void> {
  const next = random(kernel.length * 31 + kernel.charCodeAt(0));
  for (let round = 0; round < rounds; round++) {
    const size = () => 1 + Math.floor(next() * 5);
    const sizes: Sizes = { m: size(), n: size(), k: size(), next };
    const given = inputs(sizes);
    const all = (tensors: Record<string, Tensor>): Record<string, Tensor> =>
      Object.fromEntries(
        [build(tensors, sizes)].flat().map((tensor, index) => [String(index), tensor]),
      );
    const expected = await runOnce(reference, given, all);
    const actual = await runOnce(executor, given, all);
    for (const name of Object.keys(expected))
      expect(maxDifference(actual[name]!, expected[name]!), kernel).toBeLessThan(tolerance);
  }
}

export const unary = (
  kernel: string,
  op: (x: Tensor) => Tensor,
  inputs = matrix,
): LoweringCase => ({
  kernel,
  inputs,
  build: ({ x }) => op(x!),
});

export const matrix = ({ m, n, next }: Sizes): Record<string, HostTensor> => ({
  x: randomTensor([m, n], next, -2, 2),
});
export const positive = ({ m, n, next }: Sizes): Record<string, HostTensor> => ({
  x: randomTensor([m, n], next, 0.1, 3),
});
/** Two operands that broadcast: [m, n] with [n], [m, 1], [1] or [m, n]. */
export const pair = (size: Sizes): Record<string, HostTensor> => {
  const shapes = [[size.n], [size.m, 1], [1], [size.m, size.n]];
  const shape = shapes[Math.floor(size.next() * shapes.length)]!;
  return {
    a: randomTensor([size.m, size.n], size.next, 0.2, 2),
    b: randomTensor(shape, size.next, 0.2, 2),
  };
};
export const integers = (shape: number[], below: number, next: () => number): HostTensor =>
  tensorOf(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.floor(next() * below)),
    'int32',
  );
export const rounded = (size: Sizes): Record<string, HostTensor> => ({
  a: integers([size.m, size.n], 3, size.next),
  b: integers([size.m, size.n], 3, size.next),
});
export const flags = (size: Sizes): Record<string, HostTensor> => ({
  x: tensorOf(
    [size.m, size.n],
    Array.from({ length: size.m * size.n }, () => Math.floor(size.next() * 2)),
    'bool',
  ),
});
export const number = (tensor: Tensor): Tensor => tf.cast(tensor, 'float32');
