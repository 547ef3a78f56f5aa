import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { randomTensor, tensorOf } from '../../support/executors.ts';
import { flags, integers, type LoweringCase, matrix, number, pair, unary } from './loweringCase.ts';

const reduce = (
  kernel: string,
  op: (x: Tensor, axis?: number | number[], keep?: boolean) => Tensor,
): LoweringCase => ({
  kernel,
  inputs: ({ m, n, k, next }) => ({ x: randomTensor([m, n, k], next) }),
  build: ({ x }) => [op(x!), op(x!, 1), op(x!, [0, 2], true), op(x!, -1)],
});

/** Kernels that move, gather or reduce numbers, and products of matrices. */
export const ARRAY: LoweringCase[] = [
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
