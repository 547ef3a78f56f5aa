import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { binary, fill } from '../lowerings/lowering.ts';
import { callKernel, type OwnKernel } from './kernel.ts';

/**
 * `x * factor` where the flag is true, else zeros; NaN and infinity in `x` do not get through. A branch of
 * the graph on the CPU, where a selection element by element takes six times as long. Not differentiable.
 *
 * @param flag bool `[]`
 * @param x float32, any shape
 * @param factor float32 `[]`
 */
export function scaleIf(flag: Tensor, x: Tensor, factor: Tensor): Tensor {
  return callKernel(scaleIfKernel, [flag, x, factor])[0]!;
}

export const scaleIfKernel: OwnKernel = {
  name: 'DeepCoderScaleIf',
  inputs: ['flag', 'x', 'factor'],
  compute: ([flag, x, factor]) => tf.where(flag!, tf.mul(x!, factor!), tf.zerosLike(x!)),
  lower: ({ graph, inputs: [flag, x, factor] }) => {
    if (graph.target.hasControl)
      return graph.branch(flag!, {
        then: (inner) => binary(inner, 'Mul', x!, factor!),
        otherwise: (inner) => fill(inner, x!.shape, 0),
      });
    const scaled = binary(graph, 'Mul', x!, factor!);
    const output = { shape: x!.shape, dtype: x!.dtype };
    return graph.emit('Where', [flag!, scaled, graph.scalar(0)], output);
  },
};
