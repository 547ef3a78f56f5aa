import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { binary, reduce, reshape } from '../lowerings/lowering.ts';
import type { Graph, Value } from '../trace/graph.ts';
import { callKernel, type OwnKernel } from './kernel.ts';

/** Sum of x^2 over a vector, float32 `[n]` to `[]`. Not differentiable. */
export function sumSquares(x: Tensor): Tensor {
  return callKernel(sumSquaresKernel, [x])[0]!;
}

export const sumSquaresKernel: OwnKernel = {
  name: 'DeepCoderSumSquares',
  inputs: ['x'],
  compute: ([x]) => tf.sum(tf.square(x!)),
  lower: ({ graph, inputs: [x] }) => {
    if (!graph.target.sumsInParallel) return sumInStages(graph, binary(graph, 'Mul', x!, x!));
    return reduce(graph, 'ReduceSumSquare', x!, { axes: [0] });
  },
};

/** The most numbers that are added up at once. */
const STAGE = 1024;

/** Sum of a vector, row by row of as many numbers as divide it evenly. */
function sumInStages(graph: Graph, x: Value): Value {
  const [size = 1] = x.shape;
  const width = widthOf(size);
  if (size <= STAGE || width === 1) return reduce(graph, 'ReduceSum', x, { axes: [0] });
  const rows = reshape(graph, x, [size / width, width]);
  return sumInStages(graph, reduce(graph, 'ReduceSum', rows, { axes: [1] }));
}

function widthOf(size: number): number {
  let width = Math.min(size, STAGE);
  while (size % width !== 0) width--;
  return width;
}
