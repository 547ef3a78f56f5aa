import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import type { Executor } from '../../trainer/src/engine/program.ts';
import { pureProgram, random, randomTensor, tensorOf } from './executors.ts';

/**
 * Adds many rows that share an index, as an embedding's gradient does, over and over: threads that add at once
 * must not lose any.
 *
 * @returns the largest difference from the sum in double precision
 */
export async function repeatedRowsError(executor: Executor, runs: number): Promise<number> {
  const next = random(3);
  const [count, width, rows] = [4096, 64, 40];
  // One index has half of the rows.
  const ids = Array.from({ length: count }, () => (next() < 0.5 ? 7 : Math.floor(next() * rows)));
  const inputs = {
    x: randomTensor([count, width], next),
    ids: tensorOf([count], ids, 'int32'),
  };
  const expected = new Float64Array(rows * width);
  ids.forEach((id, row) => {
    for (let i = 0; i < width; i++) expected[id * width + i]! += inputs.x.data[row * width + i]!;
  });
  const program = await executor.compile(
    pureProgram(inputs, ({ x, ids: segmentIds }) => ({
      sums: tf.unsortedSegmentSum(x!, segmentIds as Tensor1D, rows),
      scattered: tf.scatterND(tf.reshape(segmentIds!, [count, 1]), x!, [rows, width]),
    })),
    {},
  );
  const data = { x: inputs.x.data, ids: inputs.ids.data };
  let worst = 0;
  for (let run = 0; run < runs; run++) {
    for (const sums of Object.values(await program.run({}, data))) {
      expected.forEach((sum, at) => (worst = Math.max(worst, Math.abs(sum - sums[at]!))));
    }
  }
  await program.dispose();
  return worst;
}
