import { customGrad, type Tensor, tidy } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { callKernel, type OwnKernel } from './kernel.ts';

/** sqrt(2 / pi) */
const ROOT = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/**
 * GELU by its tanh formula (Hendrycks and Gimpel 2016): `x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2`,
 * which transformers calls `gelu_new` and `gelu_pytorch_tanh`.
 *
 * @param x float32, any shape
 */
export function gelu(x: Tensor): Tensor {
  const forward = customGrad((input, save) => {
    (save as (tensors: Tensor[]) => void)([input as Tensor]);
    const value = callKernel(geluKernel, [input as Tensor])[0]!;
    return { value, gradFunc: (dy, saved) => backward(dy, saved[0]!) };
  });
  return forward(x);
}

/** With t = tanh(u): gelu' = (1 + t) / 2 + x (1 - t^2) u' / 2. */
function backward(dy: Tensor, x: Tensor): Tensor {
  return tidy(() => {
    const square = tf.square(x);
    const t = tf.tanh(inner(x, square));
    const slope = tf.mul(tf.add(tf.mul(square, 3 * CUBIC), 1), ROOT);
    const steep = tf.mul(tf.mul(x, slope), tf.sub(1, tf.square(t)));
    return tf.mul(dy, tf.mul(tf.add(tf.add(t, 1), steep), 0.5));
  });
}

/** u = sqrt(2 / pi) (x + 0.044715 x^3) */
function inner(x: Tensor, square: Tensor): Tensor {
  return tf.mul(tf.mul(x, tf.add(tf.mul(square, CUBIC), 1)), ROOT);
}

export const geluKernel: OwnKernel = {
  name: 'DeepCoderGelu',
  inputs: ['x'],
  compute: ([x]) => tf.mul(tf.mul(x!, 0.5), tf.add(tf.tanh(inner(x!, tf.square(x!))), 1)),
  lower: ({ graph, inputs: [x] }) =>
    graph.emit('FastGelu', [x!], { shape: x!.shape, dtype: x!.dtype }, { domain: 'com.microsoft' }),
};
