import { DeepCoderError } from '@deepcoder/config';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Tokens } from '../architecture.ts';
import { lookUp } from './llamaLike.ts';

/**
 * The embedding of each position, float32 `[B T, D]`: row p + `offset` of the table. Padding, whose
 * position lies beyond all others, has that of the last.
 *
 * @throws DeepCoderError for rows that are longer than the table
 */
export function learntPositions(tablePD: Tensor, { positionsBT }: Tokens, offset = 0): Tensor {
  const positions = tablePD.shape[0] - offset;
  const length = positionsBT.shape[1]!;
  if (length > positions)
    throw new DeepCoderError(
      'context-exceeded',
      `data.max_length: is ${length}, but this model has learnt ${positions} positions; lower it to ${positions}`,
      { exitCode: 2 },
    );
  const clipped = tf.minimum(positionsBT, tf.scalar(positions - 1, 'int32'));
  const rows = offset === 0 ? clipped : tf.add(clipped, tf.scalar(offset, 'int32'));
  return lookUp(tablePD, { idsBT: rows, positionsBT });
}
