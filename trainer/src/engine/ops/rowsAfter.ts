import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { binary, cast, reshape, slice } from '../lowerings/lowering.ts';
import type { Graph, Value } from '../trace/graph.ts';
import { callKernel, type OwnKernel } from './kernel.ts';

/**
 * Rows `[start, start + size)` of `x`, taken only once `before` has been computed.
 *
 * ONNX Runtime orders nodes that do not depend on each other as it likes, and would begin every chunk of
 * a computation before it ends the first; what a chunk needs is then in memory once per chunk. So the
 * start of the slice is computed from a value of the chunk before. Not differentiable.
 *
 * @param xND float32 `[N, D]`
 * @param before float32, of rank 2
 */
export function rowsAfter(
  xND: Tensor,
  before: Tensor,
  { start, size }: { start: number; size: number },
): Tensor {
  return callKernel(rowsAfterKernel, [xND, before], { start, size })[0]!;
}

export const rowsAfterKernel: OwnKernel = {
  name: 'DeepCoderRowsAfter',
  inputs: ['x', 'before'],
  compute: ([x], attrs) =>
    tf.slice(x!, [attrs['start'] as number, 0], [attrs['size'] as number, -1]),
  lower: ({ graph, inputs: [x, before], attrs }) => {
    const { start, size } = attrs as { start: number; size: number };
    const number = firstOf(graph, before!);
    // No number is greater than itself, so this is 0 whatever the value is.
    const isGreater = graph.emit('Greater', [number, number], { shape: [1], dtype: 'bool' });
    const first = binary(graph, 'Add', graph.ints([start]), cast(graph, isGreater, 'int64'));
    const output = { shape: [size, x!.shape[1]!], dtype: x!.dtype };
    const inputs = [x!, first, graph.ints([start + size]), graph.ints([0])];
    const rows = graph.emit('Slice', inputs, output);
    // A start that is not constant hides the shape; this shows it again, so that buffers are reused.
    return graph.emit('Reshape', [rows, graph.ints(output.shape)], output);
  },
};

/** Its first element, `[1]`. */
function firstOf(graph: Graph, value: Value): Value {
  const row = slice(graph, value, { axis: 0, start: 0, end: 1 });
  return reshape(graph, slice(graph, row, { axis: 1, start: 0, end: 1 }), [1]);
}
