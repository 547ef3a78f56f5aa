import { customGrad, type Tensor, tidy } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { binary, reduce, unary } from '../lowerings/lowering.ts';
import type { Graph, Value } from '../trace/graph.ts';
import { callKernel, type OwnKernel } from './kernel.ts';

/**
 * Root-mean-square normalisation over the last axis: `y = w x / sqrt(mean(x^2) + eps)`
 * (Zhang and Sennrich 2019, eq. 4, with the epsilon of Llama inside the root).
 *
 * @param xND float32 `[N, D]`
 * @param weight float32 `[D]`
 * @returns float32 `[N, D]`
 */
export function rmsNorm(xND: Tensor, weight: Tensor, epsilon: number): Tensor {
  if (weight.rank !== 1 || weight.shape[0] !== xND.shape.at(-1)) {
    throw new Error(`rmsNorm: weight [${weight.shape.join()}] does not fit [${xND.shape.join()}]`);
  }
  const normalise = customGrad((x, w, save) => {
    const [y, inverse] = callKernel(rmsNormKernel, [x as Tensor, w as Tensor], { epsilon });
    (save as (tensors: Tensor[]) => void)([x as Tensor, w as Tensor, inverse!]);
    return { value: y!, gradFunc: (dy, saved) => backward(dy, saved) };
  });
  return normalise(xND, weight);
}

/** With n = x / rms: dx = (dn - n mean(dn n)) / rms where dn = dy w, and dw = sum over rows of dy n. */
function backward(dy: Tensor, saved: Tensor[]): Tensor[] {
  const [x, w, inverse] = saved as [Tensor, Tensor, Tensor];
  return tidy(() => {
    const n = tf.mul(x, inverse);
    const dn = tf.mul(dy, w);
    const projection = tf.mean(tf.mul(dn, n), -1, true);
    const dx = tf.mul(tf.sub(dn, tf.mul(n, projection)), inverse);
    return [dx, tf.sum(tf.mul(dy, n), 0)];
  });
}

/** Gives y and 1 / rms `[N, 1]`. */
export const rmsNormKernel: OwnKernel = {
  name: 'DeepCoderRmsNorm',
  inputs: ['x', 'weight'],
  compute: ([x, weight], attrs) => {
    const meanSquare = tf.mean(tf.square(x!), -1, true);
    const inverse = tf.rsqrt(tf.add(meanSquare, attrs['epsilon'] as number));
    return [tf.mul(tf.mul(x!, inverse), weight!), inverse];
  },
  lower: ({ graph, inputs: [x, weight], attrs }) => {
    const epsilon = attrs['epsilon'] as number;
    const outputs = [
      { shape: x!.shape, dtype: x!.dtype },
      { shape: [...x!.shape.slice(0, -1), 1], dtype: x!.dtype },
    ];
    const attributes = { axis: -1, epsilon: { float: epsilon }, stash_type: 1 };
    if (!graph.target.hasNormStatistics) {
      const name = 'SimplifiedLayerNormalization';
      const y = graph.emit(name, [x!, weight!], outputs[0]!, { attributes });
      return [y, inverseRoot(graph, binary(graph, 'Mul', x!, x!), epsilon)];
    }
    const [y, inverse] = graph.emitMany('SimplifiedLayerNormalization', [x!, weight!], outputs, {
      attributes,
    });
    return [y!, inverse!];
  },
};

/** `1 / sqrt(mean(squares) + eps)` over the last axis, which is kept. */
export function inverseRoot(graph: Graph, squares: Value, epsilon: number): Value {
  const axes = [squares.shape.length - 1];
  const mean = reduce(graph, 'ReduceMean', squares, { axes, keepDims: true });
  const root = unary(graph, 'Sqrt', binary(graph, 'Add', mean, graph.scalar(epsilon)));
  return unary(graph, 'Reciprocal', root);
}
