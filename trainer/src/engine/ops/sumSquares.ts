import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { callKernel, type OwnKernel } from './kernel.ts';

/** Sum of x^2 over a vector, float32 `[n]` to `[]`. Not differentiable. */
export function sumSquares(x: Tensor): Tensor {
  return callKernel(sumSquaresKernel, [x])[0]!;
}

export const sumSquaresKernel: OwnKernel = {
  name: 'DeepCoderSumSquares',
  inputs: ['x'],
  compute: ([x]) => tf.sum(tf.square(x!)),
  lower: ({ graph, inputs: [x] }) =>
    graph.emit(
      'ReduceSumSquare',
      [x!, graph.ints([0])],
      { shape: [], dtype: x!.dtype },
      { attributes: { keepdims: 0 } },
    ),
};
