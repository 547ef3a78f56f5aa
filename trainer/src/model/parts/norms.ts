import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { layerNorm as centreAndScale } from '../../engine/ops/layerNorm.ts';
import { rmsNorm as normalise } from '../../engine/ops/rmsNorm.ts';
import type { Decoder } from '../architecture.ts';
import type { ModelConfig } from '../modelConfig.ts';

type WithEpsilon = ModelConfig & { rmsNormEps: number };

/** RMSNorm with the weight of this module, float32 `[N, D]` to the same. */
export function rmsNorm(decoder: Decoder<WithEpsilon>, name: string, xND: Tensor): Tensor {
  return normalise(xND, decoder.parameter(`${name}.weight`), decoder.config.rmsNormEps);
}

/** RMSNorm whose weight is kept as its distance from 1 (Gemma). */
export function offsetRmsNorm(decoder: Decoder<WithEpsilon>, name: string, xND: Tensor): Tensor {
  const weight = tf.add(decoder.parameter(`${name}.weight`), 1);
  return normalise(xND, weight, decoder.config.rmsNormEps);
}

/** LayerNorm with weight and bias of this module, float32 `[N, D]` to the same. */
export function layerNorm(
  { parameter }: Decoder,
  name: string,
  { xND, epsilon }: { xND: Tensor; epsilon: number },
): Tensor {
  const affine = { weight: parameter(`${name}.weight`), bias: parameter(`${name}.bias`) };
  return centreAndScale(xND, affine, epsilon);
}

type Norm = (decoder: Decoder<WithEpsilon>, name: string, xND: Tensor) => Tensor;

/**
 * A norm over as many neighbours as its weight has numbers, in `[B, T, heads K]`: each head by itself where
 * that is K, all heads together where it is their width.
 */
export function overHeads(norm: Norm): Norm {
  return (decoder, name, xBTD) => {
    const width = decoder.parameter(`${name}.weight`).size;
    return tf.reshape(norm(decoder, name, tf.reshape(xBTD, [-1, width])), xBTD.shape);
  };
}
