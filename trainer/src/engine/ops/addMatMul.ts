import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { callKernel, type OwnKernel } from './kernel.ts';

/**
 * `c + a^T b` in one pass over c. Not differentiable.
 *
 * @param cMN float32 `[M, N]`
 * @param aKM float32 `[K, M]`
 * @param bKN float32 `[K, N]`
 */
export function addTransposedMatMul(cMN: Tensor, aKM: Tensor, bKN: Tensor): Tensor {
  return callKernel(addMatMulKernel, [cMN, aKM, bKN])[0]!;
}

export const addMatMulKernel: OwnKernel = {
  name: 'DeepCoderAddTransposedMatMul',
  inputs: ['c', 'a', 'b'],
  compute: ([c, a, b]) => tf.add(c!, tf.matMul(a!, b!, true, false)),
  lower: ({ graph, inputs: [c, a, b] }) =>
    graph.emit(
      'Gemm',
      [a!, b!, c!],
      { shape: c!.shape, dtype: c!.dtype },
      { attributes: { transA: 1, transB: 0 } },
    ),
};
