import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { callKernel, type OwnKernel } from './kernel.ts';

/**
 * `x` where the flag is true, else zeros; NaN and infinity in `x` do not get through. Unlike `tf.where`
 * this does not first spread the flag and the zeros to the shape of `x`. Not differentiable.
 *
 * @param flag bool `[]`
 * @param x float32, any shape
 */
export function keepIf(flag: Tensor, x: Tensor): Tensor {
  return callKernel(keepIfKernel, [flag, x])[0]!;
}

export const keepIfKernel: OwnKernel = {
  name: 'DeepCoderKeepIf',
  inputs: ['flag', 'x'],
  compute: ([flag, x]) => tf.where(flag!, x!, tf.zerosLike(x!)),
  lower: ({ graph, inputs: [flag, x] }) =>
    graph.emit('Where', [flag!, x!, graph.scalar(0)], { shape: x!.shape, dtype: x!.dtype }),
};
