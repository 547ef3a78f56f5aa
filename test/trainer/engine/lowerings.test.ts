import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it, test } from 'vitest';
import type { Executor, HostTensor } from '../../../trainer/src/engine/program.ts';
import { LOWERINGS } from '../../../trainer/src/engine/registerKernels.ts';
import {
  maxDifference,
  openOnnx,
  openReference,
  random,
  randomTensor,
  runOnce,
  tensorOf,
} from '../../support/executors.ts';

interface Case {
  kernel: string;
  /** Inputs for random sizes m, n, k in 1..5. */
  inputs: (size: Sizes) => Record<string, HostTensor>;
  build: (inputs: Record<string, Tensor>, size: Sizes) => Tensor | Tensor[];
  tolerance?: number;
}

interface Sizes {
  m: number;
  n: number;
  k: number;
  next: () => number;
}

const matrix = ({ m, n, next }: Sizes): Record<string, HostTensor> => ({
  x: randomTensor([m, n], next, -2, 2),
});
const positive = ({ m, n, next }: Sizes): Record<string, HostTensor> => ({
  x: randomTensor([m, n], next, 0.1, 3),
});
/** Two operands that broadcast: [m, n] with [n], [m, 1], [1] or [m, n]. */
const pair = (size: Sizes): Record<string, HostTensor> => {
  const shapes = [[size.n], [size.m, 1], [1], [size.m, size.n]];
  const shape = shapes[Math.floor(size.next() * shapes.length)]!;
  return {
    a: randomTensor([size.m, size.n], size.next, 0.2, 2),
    b: randomTensor(shape, size.next, 0.2, 2),
  };
};
const integers = (shape: number[], below: number, next: () => number): HostTensor =>
  tensorOf(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.floor(next() * below)),
    'int32',
  );
const rounded = (size: Sizes): Record<string, HostTensor> => ({
  a: integers([size.m, size.n], 3, size.next),
  b: integers([size.m, size.n], 3, size.next),
});
const flags = (size: Sizes): Record<string, HostTensor> => ({
  x: tensorOf(
    [size.m, size.n],
    Array.from({ length: size.m * size.n }, () => Math.floor(size.next() * 2)),
    'bool',
  ),
});
const number = (tensor: Tensor): Tensor => tf.cast(tensor, 'float32');

const binary = (kernel: string, op: (a: Tensor, b: Tensor) => Tensor): Case => ({
  kernel,
  inputs: pair,
  build: ({ a, b }) => op(a!, b!),
});
const compare = (kernel: string, op: (a: Tensor, b: Tensor) => Tensor): Case => ({
  kernel,
  inputs: rounded,
  build: ({ a, b }) => number(op(a!, b!)),
});
const unary = (kernel: string, op: (x: Tensor) => Tensor, inputs = matrix): Case => ({
  kernel,
  inputs,
  build: ({ x }) => op(x!),
});
const reduce = (
  kernel: string,
  op: (x: Tensor, axis?: number | number[], keep?: boolean) => Tensor,
): Case => ({
  kernel,
  inputs: ({ m, n, k, next }) => ({ x: randomTensor([m, n, k], next) }),
  build: ({ x }) => [op(x!), op(x!, 1), op(x!, [0, 2], true), op(x!, -1)],
});

const CASES: Case[] = [
  binary('Add', tf.add),
  {
    kernel: 'AddN',
    inputs: rounded,
    build: ({ a, b }) => tf.addN([number(a!), number(b!), number(a!)]),
  },
  binary('Sub', tf.sub),
  binary('Multiply', tf.mul),
  binary('RealDiv', tf.div),
  binary('Maximum', tf.maximum),
  binary('Minimum', tf.minimum),
  binary('Pow', tf.pow),
  binary('Mod', tf.mod),
  binary('SquaredDifference', tf.squaredDifference),
  compare('Equal', tf.equal),
  compare('NotEqual', tf.notEqual),
  compare('Greater', tf.greater),
  compare('GreaterEqual', tf.greaterEqual),
  compare('Less', tf.less),
  compare('LessEqual', tf.lessEqual),
  compare('LogicalAnd', (a, b) => tf.logicalAnd(tf.greater(a, 0), tf.greater(b, 0))),
  compare('LogicalOr', (a, b) => tf.logicalOr(tf.greater(a, 1), tf.greater(b, 1))),
  unary('LogicalNot', (x) => number(tf.logicalNot(x)), flags),
  unary('Abs', tf.abs),
  unary('Cos', tf.cos),
  unary('Exp', tf.exp),
  unary('Log', tf.log, positive),
  unary('Neg', tf.neg),
  unary('Reciprocal', tf.reciprocal, positive),
  unary('Relu', tf.relu),
  unary('Sigmoid', tf.sigmoid),
  unary('Sign', tf.sign),
  unary('Sin', tf.sin),
  unary('Softplus', tf.softplus),
  unary('Sqrt', tf.sqrt, positive),
  unary('Tanh', tf.tanh),
  unary('Rsqrt', tf.rsqrt, positive),
  unary('Square', tf.square),
  unary('IsFinite', (x) => number(tf.isFinite(tf.div(x, tf.relu(x))))),
  { kernel: 'Select', inputs: pair, build: ({ a }) => tf.where(tf.greater(a!, 1), a!, tf.neg(a!)) },
  unary('ZerosLike', (x) => tf.zerosLike(x)),
  unary('OnesLike', (x) => tf.onesLike(x)),
  unary('Identity', (x) => tf.clone(x)),
  unary('Cast', (x) => number(tf.cast(x, 'int32'))),
  unary('ClipByValue', (x) => tf.clipByValue(x, -0.5, 0.7)),
  unary('Reshape', (x) => tf.reshape(x, [-1])),
  unary('ExpandDims', (x) => tf.expandDims(x, -1)),
  {
    kernel: 'Transpose',
    inputs: ({ m, n, k, next }) => ({ x: randomTensor([m, n, k], next) }),
    build: ({ x }) => [tf.transpose(x!, [2, 0, 1]), tf.transpose(x!)],
  },
  {
    kernel: 'Concat',
    inputs: pair,
    build: ({ a }) => [tf.concat([a!, a!], 0), tf.concat([a!, a!, a!], -1)],
  },
  {
    kernel: 'Pack',
    inputs: pair,
    build: ({ a }) => [tf.stack([a!, a!], 1), tf.stack([a!, a!], -1)],
  },
  {
    kernel: 'Slice',
    inputs: ({ m, n, next }) => ({ x: randomTensor([m + 1, n + 1], next) }),
    build: ({ x }, { m, n }) => [tf.slice(x!, [1, 0], [m, n]), tf.slice(x!, [0, 1])],
  },
  {
    kernel: 'SplitV',
    inputs: ({ m, n, next }) => ({ x: randomTensor([m, 2 * n], next) }),
    build: ({ x }, { n }) => [...tf.split(x!, 2, 1), ...tf.split(x!, [n, n], -1)],
  },
  unary('Tile', (x) => tf.tile(x, [2, 3])),
  unary('PadV2', (x) =>
    tf.pad(
      x,
      [
        [1, 0],
        [2, 1],
      ],
      7,
    ),
  ),
  {
    kernel: 'BroadcastTo',
    inputs: ({ n, next }) => ({ x: randomTensor([1, n], next) }),
    build: ({ x }, { m, n }) => tf.broadcastTo(x!, [m, n]),
  },
  { kernel: 'Fill', inputs: matrix, build: ({ x }, { m, n }) => tf.add(x!, tf.fill([m, n], 2.5)) },
  { kernel: 'Range', inputs: matrix, build: ({ x }, { n }) => tf.add(x!, tf.range(0, n, 1)) },
  reduce('Sum', tf.sum),
  reduce('Mean', tf.mean),
  reduce('Max', tf.max),
  reduce('Min', tf.min),
  reduce('Prod', tf.prod),
  unary('All', (x) => number(tf.all(x, 1)), flags),
  unary('Any', (x) => number(tf.any(x, 0)), flags),
  unary('ArgMax', (x) => number(tf.argMax(x, 1))),
  unary('ArgMin', (x) => number(tf.argMin(x, 0))),
  unary('Softmax', (x) => tf.softmax(x)),
  unary('LogSoftmax', (x) => tf.logSoftmax(x)),
  unary('Cumsum', (x) => tf.cumsum(x, 1)),
  unary('Cumsum', (x) => tf.cumsum(x, 0, true, true)),
  {
    kernel: 'BatchMatMul',
    inputs: ({ m, n, k, next }) => ({
      a: randomTensor([2, m, k], next),
      b: randomTensor([2, k, n], next),
      at: randomTensor([2, k, m], next),
      bt: randomTensor([2, n, k], next),
    }),
    build: ({ a, b, at, bt }) => [
      tf.matMul(a!, b!),
      tf.matMul(at!, b!, true),
      tf.matMul(a!, bt!, false, true),
      tf.matMul(at!, bt!, true, true),
    ],
  },
  {
    kernel: 'GatherV2',
    inputs: ({ m, n, k, next }) => ({
      x: randomTensor([m, n], next),
      i: integers([k, 2], m, next),
      j: integers([k], n, next),
    }),
    build: ({ x, i, j }) => [tf.gather(x!, i as Tensor2D), tf.gather(x!, j as Tensor1D, 1)],
  },
  {
    kernel: 'GatherNd',
    inputs: ({ m, n, k, next }) => ({
      x: randomTensor([m, n], next),
      i: integers([k, 1], m, next),
    }),
    build: ({ x, i }) => tf.gatherND(x!, i!),
  },
  {
    kernel: 'ScatterNd',
    inputs: ({ m, n, k, next }) => ({
      i: integers([k, 1], m, next),
      v: randomTensor([k, n], next),
    }),
    build: ({ i, v }, { m, n }) => tf.scatterND(i!, v!, [m, n]),
  },
  {
    kernel: 'TensorScatterUpdate',
    inputs: ({ m, n, next }) => ({
      x: randomTensor([m + 1, n], next),
      i: tensorOf([1, 1], [m], 'int32'),
      v: randomTensor([1, n], next),
    }),
    build: ({ x, i, v }) => tf.tensorScatterUpdate(x!, i!, v!),
  },
  {
    kernel: 'UnsortedSegmentSum',
    // Thousands of rows for few segments: sums that are added in parallel would lose some.
    inputs: ({ m, n, next }) => ({
      v: randomTensor([4000, n], next),
      i: integers([4000], m, next),
    }),
    build: ({ i, v }, { m }) => tf.unsortedSegmentSum(v!, i as Tensor1D, m),
    tolerance: 1e-4,
  },
  {
    kernel: 'OneHot',
    inputs: ({ m, k, next }) => ({ i: integers([k], m, next) }),
    build: ({ i }, { m }) => number(tf.oneHot(i!, m + 1)),
  },
  {
    kernel: 'TopK',
    inputs: ({ m, n, next }) => ({ x: randomTensor([m, n + 2], next) }),
    build: ({ x }) => {
      const { values, indices } = tf.topk(x!, 2);
      return [values, number(indices)];
    },
  },
];

/** Kernels whose inputs near zero are what their lowering is for. */
const NEAR_ZERO: Case[] = [unary('Expm1', tf.expm1), unary('Log1p', tf.log1p)];

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
