import { customGrad, type Tensor, tidy } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { binary, reduce } from '../lowerings/lowering.ts';
import { callKernel, type OwnKernel } from './kernel.ts';
import { inverseRoot } from './rmsNorm.ts';

/**
 * Layer normalisation over the last axis: `y = w (x - mean(x)) / sqrt(var(x) + eps) + b`, the variance
 * divided by D (Ba et al. 2016, eq. 4).
 *
 * @param xND float32 `[N, D]`
 * @param weight float32 `[D]`
 * @param bias float32 `[D]`
 * @returns float32 `[N, D]`
 */
export function layerNorm(
  xND: Tensor,
  { weight, bias }: { weight: Tensor; bias: Tensor },
  epsilon: number,
): Tensor {
  for (const vector of [weight, bias]) {
    if (vector.rank === 1 && vector.shape[0] === xND.shape.at(-1)) continue;
    throw new Error(`layerNorm: [${vector.shape.join()}] does not fit [${xND.shape.join()}]`);
  }
  const normalise = customGrad((x, w, b, save) => {
    const inputs = [x, w, b] as Tensor[];
    const [y, mean, inverse] = callKernel(layerNormKernel, inputs, { epsilon });
    (save as (tensors: Tensor[]) => void)([x as Tensor, w as Tensor, mean!, inverse!]);
    return { value: y!, gradFunc: (dy, saved) => backward(dy, saved) };
  });
  return normalise(xND, weight, bias);
}

/**
 * With n = (x - mean) / deviation and dn = dy w: dx = (dn - mean(dn) - n mean(dn n)) / deviation,
 * dw = sum over rows of dy n, db = sum over rows of dy.
 */
function backward(dy: Tensor, saved: Tensor[]): Tensor[] {
  const [x, w, mean, inverse] = saved as [Tensor, Tensor, Tensor, Tensor];
  return tidy(() => {
    const n = tf.mul(tf.sub(x, mean), inverse);
    const dn = tf.mul(dy, w);
    const projection = tf.mean(tf.mul(dn, n), -1, true);
    const centred = tf.sub(dn, tf.mean(dn, -1, true));
    const dx = tf.mul(tf.sub(centred, tf.mul(n, projection)), inverse);
    return [dx, tf.sum(tf.mul(dy, n), 0), tf.sum(dy, 0)];
  });
}

/** Gives y, the mean `[N, 1]` and 1 / deviation `[N, 1]`. */
export const layerNormKernel: OwnKernel = {
  name: 'DeepCoderLayerNorm',
  inputs: ['x', 'weight', 'bias'],
  compute: ([x, weight, bias], attrs) => {
    const mean = tf.mean(x!, -1, true);
    const centred = tf.sub(x!, mean);
    const variance = tf.mean(tf.square(centred), -1, true);
    const inverse = tf.rsqrt(tf.add(variance, attrs['epsilon'] as number));
    return [tf.add(tf.mul(tf.mul(centred, inverse), weight!), bias!), mean, inverse];
  },
  lower: ({ graph, inputs: [x, weight, bias], attrs }) => {
    const row = { shape: [...x!.shape.slice(0, -1), 1], dtype: x!.dtype };
    const outputs = [{ shape: x!.shape, dtype: x!.dtype }, row, row];
    const epsilon = attrs['epsilon'] as number;
    const attributes = { axis: -1, epsilon: { float: epsilon }, stash_type: 1 };
    if (!graph.target.hasNormStatistics) {
      const y = graph.emit('LayerNormalization', [x!, weight!, bias!], outputs[0]!, { attributes });
      const axes = [x!.shape.length - 1];
      const mean = reduce(graph, 'ReduceMean', x!, { axes, keepDims: true });
      const centred = binary(graph, 'Sub', x!, mean);
      return [y, mean, inverseRoot(graph, binary(graph, 'Mul', centred, centred), epsilon)];
    }
    const made = graph.emitMany('LayerNormalization', [x!, weight!, bias!], outputs, {
      attributes,
    });
    return made.map((value) => value!);
  },
};
