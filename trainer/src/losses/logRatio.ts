import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { type Cells, LOGP_FLOOR } from './divergence.ts';

/** log p - log q, not above what exp can take; below it is bounded by the teacher's floor. */
export function logRatio({ logP, logQ }: Cells): Tensor {
  return tf.minimum(tf.sub(logP, logQ), -LOGP_FLOOR);
}
