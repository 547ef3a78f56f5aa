import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { binary } from '../lowerings/lowering.ts';
import { callKernel, type OwnKernel } from './kernel.ts';
import { sliceAgain, startAfter, zeroAfter } from './startAfter.ts';

/**
 * Rows `[start, start + size)` of `x`, taken only once `before` has been computed (`startAfter` says what
 * for). Not differentiable.
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
    const output = { shape: [size, x!.shape[1]!], dtype: x!.dtype };
    const bounds = { axis: 0, start, end: start + size };
    if (!graph.target.hasControl)
      return binary(graph, 'Add', sliceAgain(graph, x!, bounds), zeroAfter(graph, [before!]));
    const first = startAfter(graph, start, [before!]);
    const inputs = [x!, first, graph.ints([start + size]), graph.ints([0])];
    const rows = graph.emit('Slice', inputs, output);
    // A start that is not constant hides the shape; this shows it again, so that buffers are reused.
    return graph.emit('Reshape', [rows, graph.ints(output.shape)], output);
  },
};
