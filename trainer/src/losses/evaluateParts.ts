import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { LossOptions } from './lossOptions.ts';
import { type Cells, type DivergencePart, divergenceParts } from './divergence.ts';

export interface Evaluated {
  /** D of each position, `[N, 1]`. */
  value: Tensor;
  /** S D with S = T^power, `[N, 1]`. */
  scaled: Tensor;
  /** S / T q_c dD/dq_c, `[N, C]`: with the inner 1 / T of the softmax. */
  flux: Tensor;
}

interface Where {
  /** A number, or float32 `[N, 1]`. */
  temperature: number | Tensor;
  /** int32 `[N]`; needed where kinds have different divergences. */
  kindsN: Tensor | null;
}

/** The divergence of each position, which may depend on its kind. Kinds without one give 0. */
export function evaluateParts(
  cells: Cells,
  { divergence }: Pick<LossOptions, 'divergence'>,
  { temperature, kindsN }: Where,
): Evaluated {
  const parts = divergenceParts(divergence).map((part) => {
    const { value, flux } = part.divergence.evaluate(cells);
    const power = part.divergence.temperaturePower;
    const valueN1 = tf.reshape(value, [-1, 1]);
    const all = {
      value: valueN1,
      scaled: times(valueN1, powerOf(temperature, power)),
      flux: times(flux, powerOf(temperature, power - 1)),
    };
    return part.codes === null ? all : masked(all, maskOf(part, kindsN!));
  });
  return parts.reduce((sum, part) => ({
    value: tf.add(sum.value, part.value),
    scaled: tf.add(sum.scaled, part.scaled),
    flux: tf.add(sum.flux, part.flux),
  }));
}

function powerOf(temperature: number | Tensor, power: number): number | Tensor {
  if (typeof temperature === 'number') return temperature ** power;
  if (power === 0) return 1;
  return power === 1 ? temperature : tf.square(temperature);
}

function times(x: Tensor, factor: number | Tensor): Tensor {
  return factor === 1 ? x : tf.mul(x, factor);
}

function masked({ value, scaled, flux }: Evaluated, mask: Tensor): Evaluated {
  return { value: tf.mul(value, mask), scaled: tf.mul(scaled, mask), flux: tf.mul(flux, mask) };
}

/** 1 where the position's kind is one of the part's, `[N, 1]`. */
function maskOf({ codes }: DivergencePart, kindsN: Tensor): Tensor {
  const hits = codes!.map((code) => tf.cast(tf.equal(kindsN, tf.scalar(code, 'int32')), 'float32'));
  return tf.reshape(hits.length === 1 ? hits[0]! : tf.addN(hits), [-1, 1]);
}
