import { customGrad, type Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { cast } from '../lowerings/lowering.ts';
import { callKernel, type OwnKernel } from './kernel.ts';

export interface RotaryTables {
  /** cos and sin of position times frequency, float32 `[positions, R / 2]`, R at most K. */
  cos: Tensor;
  sin: Tensor;
}

/**
 * Rotary position embedding (Su et al. 2021) in the half-split layout of Llama: within each head the
 * pair (i, i + R/2) turns by the angle position * frequency_i, and what lies beyond R stays.
 * Tables that are multiplied by a number multiply what turns by it.
 *
 * @param xBTD float32 `[B, T, heads * K]`
 * @param positionsBT int32 `[B, T]`, each less than the tables' rows
 * @returns float32 `[B, T, heads * K]`
 */
export function rotary(
  xBTD: Tensor,
  positionsBT: Tensor,
  tables: RotaryTables,
  headDim = 2 * tables.cos.shape[1]!,
): Tensor {
  const attrs = { headDim };
  const turn = customGrad((x, save) => {
    (save as (tensors: Tensor[]) => void)([positionsBT, tables.cos, tables.sin]);
    return {
      value: callKernel(
        rotaryKernel,
        [x as Tensor, positionsBT, tables.cos, tables.sin],
        attrs,
      )[0]!,
      gradFunc: (dy, saved) => {
        const [positions, cos, sin] = saved as [Tensor, Tensor, Tensor];
        // The inverse of a rotation is the rotation by the opposite angle.
        return callKernel(rotaryKernel, [dy, positions, cos, tf.neg(sin)], attrs)[0]!;
      },
    };
  });
  return turn(xBTD);
}

export const rotaryKernel: OwnKernel = {
  name: 'DeepCoderRotary',
  inputs: ['x', 'positions', 'cos', 'sin'],
  compute: ([x, positions, cosTable, sinTable], attrs) => {
    const [batch, length, width] = x!.shape as [number, number, number];
    const headDim = attrs['headDim'] as number;
    const half = cosTable!.shape[1]!;
    const xs = tf.reshape(x!, [batch, length, width / headDim, headDim]);
    const parts = 2 * half === headDim ? [half, half] : [half, half, headDim - 2 * half];
    const [low, high, ...still] = tf.split<Tensor>(xs, parts, -1);
    const angles = [batch, length, 1, half];
    const cos = tf.reshape(tf.gather(cosTable!, positions as tf.Tensor2D), angles);
    const sin = tf.reshape(tf.gather(sinTable!, positions as tf.Tensor2D), angles);
    const turnedLow = tf.sub(tf.mul(low!, cos), tf.mul(high!, sin));
    const turnedHigh = tf.add(tf.mul(high!, cos), tf.mul(low!, sin));
    return tf.reshape(tf.concat([turnedLow, turnedHigh, ...still], -1), x!.shape);
  },
  lower: ({ graph, inputs: [x, positions, cos, sin], attrs }) => {
    const headDim = attrs['headDim'] as number;
    const turning = 2 * cos!.shape[1]!;
    const partial = { num_heads: x!.shape[2]! / headDim, rotary_embedding_dim: turning };
    const attributes = { interleaved: 0, ...(turning < headDim && partial) };
    return graph.emit(
      'RotaryEmbedding',
      [x!, cast(graph, positions!, 'int64'), cos!, sin!],
      { shape: x!.shape, dtype: x!.dtype },
      { domain: 'com.microsoft', attributes },
    );
  },
};
