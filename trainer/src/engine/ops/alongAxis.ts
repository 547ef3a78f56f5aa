import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { callKernel, type OwnKernel } from './kernel.ts';

/**
 * The values of row n at the columns `indices[n, :]`. Not differentiable: used inside custom gradients.
 *
 * @param xNV float32 `[N, V]`
 * @param indicesNK int32 `[N, K]`, each in [0, V)
 * @returns float32 `[N, K]`
 */
export function takeAlongRow(xNV: Tensor, indicesNK: Tensor): Tensor {
  return callKernel(takeKernel, [xNV, indicesNK])[0]!;
}

/**
 * A copy of `xNV` in which row n has `values[n, :]` at the columns `indices[n, :]`; with `mode: 'add'`
 * they are added, and indices of one row may then repeat.
 *
 * @param xNV float32 `[N, V]`
 * @param indicesNK int32 `[N, K]`
 * @param valuesNK float32 `[N, K]`
 */
export function putAlongRow(
  xNV: Tensor,
  indicesNK: Tensor,
  valuesNK: Tensor,
  mode: 'set' | 'add' = 'set',
): Tensor {
  return callKernel(putKernel, [xNV, indicesNK, valuesNK], { mode })[0]!;
}

/** `[N, K, 2]` pairs of row and column. */
function coordinates(indicesNK: Tensor): Tensor {
  const [rows, columns] = indicesNK.shape as [number, number];
  const row = tf.tile(tf.reshape(tf.range(0, rows, 1, 'int32'), [rows, 1]), [1, columns]);
  return tf.stack([row, indicesNK], -1);
}

export const takeKernel: OwnKernel = {
  name: 'DeepCoderTakeAlongRow',
  inputs: ['x', 'indices'],
  compute: ([x, indices]) => tf.gatherND(x!, coordinates(indices!)),
  lower: ({ graph, inputs: [x, indices] }) =>
    graph.emit(
      'GatherElements',
      [x!, indices!],
      { shape: indices!.shape, dtype: x!.dtype },
      { attributes: { axis: 1 } },
    ),
};

export const putKernel: OwnKernel = {
  name: 'DeepCoderPutAlongRow',
  inputs: ['x', 'indices', 'values'],
  compute: ([x, indices, values], attrs) => {
    const at = coordinates(indices!);
    const added = tf.scatterND(at, values!, x!.shape);
    if (attrs['mode'] === 'add') return tf.add(x!, added);
    const taken = tf.scatterND(at, tf.onesLike(values!), x!.shape);
    return tf.add(tf.mul(x!, tf.sub(1, taken)), added);
  },
  lower: ({ graph, inputs: [x, indices, values], attrs }) =>
    graph.emit(
      'ScatterElements',
      [x!, indices!, values!],
      { shape: x!.shape, dtype: x!.dtype },
      { attributes: { axis: 1, reduction: attrs['mode'] === 'add' ? 'add' : 'none' } },
    ),
};
