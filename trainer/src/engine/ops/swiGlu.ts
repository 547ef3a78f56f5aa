import { customGrad, type Tensor, tidy } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { callKernel, type OwnKernel } from './kernel.ts';

/**
 * `silu(gate) * up` with silu(x) = x sigmoid(x) (Shazeer 2020, SwiGLU without its projections).
 *
 * @param gate float32, any shape
 * @param up float32, the same shape
 */
export function swiGlu(gate: Tensor, up: Tensor): Tensor {
  const forward = customGrad((g, u, save) => {
    (save as (tensors: Tensor[]) => void)([g as Tensor, u as Tensor]);
    const value = callKernel(swiGluKernel, [g as Tensor, u as Tensor])[0]!;
    return { value, gradFunc: (dy, saved) => backward(dy, saved) };
  });
  return forward(gate, up);
}

/** silu'(g) = s + silu(g) (1 - s) with s = sigmoid(g). */
function backward(dy: Tensor, saved: Tensor[]): Tensor[] {
  const [gate, up] = saved as [Tensor, Tensor];
  return tidy(() => {
    const s = tf.sigmoid(gate);
    const silu = tf.mul(gate, s);
    const slope = tf.sub(tf.add(s, silu), tf.mul(silu, s));
    return [tf.mul(tf.mul(dy, up), slope), tf.mul(dy, silu)];
  });
}

export const swiGluKernel: OwnKernel = {
  name: 'DeepCoderSwiGlu',
  inputs: ['gate', 'up'],
  compute: ([gate, up]) => tf.mul(tf.mul(gate!, tf.sigmoid(gate!)), up!),
  lower: ({ graph, inputs: [gate, up] }) => {
    const output = { shape: gate!.shape, dtype: gate!.dtype };
    const silu = graph.emit('QuickGelu', [gate!], output, {
      attributes: { alpha: { float: 1 } },
      domain: 'com.microsoft',
    });
    return graph.emit('Mul', [silu, up!], output);
  },
};
