import { customGrad, type Tensor, tidy } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { MASKED, scoreScale, type AttentionShape } from './attentionLayout.ts';
import { callKernel, type OwnKernel } from './kernel.ts';
import { lowerAttention, lowerAttentionGrad } from './lowerAttention.ts';

/**
 * Causal grouped-query attention (Ainslie et al. 2023) with packed rows: query t sees the keys from
 * `startsBT[b, t]`, the first position of its own record, up to t. Softmax of q k times `scale`. The backward
 * pass recomputes the probabilities (Dao et al. 2022), so memory grows linearly with the length.
 *
 * @param q float32 `[B, T, H K]`, rotated
 * @param k float32 `[B, T, G K]`, rotated
 * @param v float32 `[B, T, G K]`
 * @param startsBT int32 `[B, T]`, not above t; not decreasing within a row
 * @returns float32 `[B, T, H K]`
 */
export function attention(
  { q, k, v, startsBT }: { q: Tensor; k: Tensor; v: Tensor; startsBT: Tensor },
  shape: AttentionShape,
): Tensor {
  const attrs = { ...shape };
  const attend = customGrad((q_, k_, v_, save) => {
    const args = [q_, k_, v_, startsBT] as Tensor[];
    const out = callKernel(attentionKernel, args, attrs)[0]!;
    (save as (tensors: Tensor[]) => void)([...args, out]);
    const gradFunc = (dOut: Tensor | Tensor[], saved: Tensor[]): Tensor[] =>
      callKernel(attentionGradKernel, [...saved, dOut as Tensor], attrs);
    return { value: out, gradFunc };
  });
  return attend(q, k, v);
}

export const attentionKernel: OwnKernel = {
  name: 'DeepCoderAttention',
  inputs: ['q', 'k', 'v', 'starts'],
  compute: ([q, k, v, starts], attrs) => {
    const shape = attrs as unknown as AttentionShape;
    const heads = splitHeads({ q: q!, k: k!, v: v! }, shape);
    const probabilities = softmaxScores(heads, starts!, shape);
    return mergeQueryHeads(tf.matMul(probabilities, heads.v), shape);
  },
  lower: lowerAttention,
};

/** Gives dq, dk and dv. */
export const attentionGradKernel: OwnKernel = {
  name: 'DeepCoderAttentionGrad',
  inputs: ['q', 'k', 'v', 'starts', 'out', 'dOut'],
  compute: ([q, k, v, starts, out, dOut], attrs) => {
    const shape = attrs as unknown as AttentionShape;
    const heads = splitHeads({ q: q!, k: k!, v: v! }, shape);
    const p = softmaxScores(heads, starts!, shape);
    const dO = splitQueryHeads(dOut!, shape);
    const rowSum = tf.sum(tf.mul(dO, splitQueryHeads(out!, shape)), -1, true);
    const dScores = tf.mul(p, tf.sub(tf.matMul(dO, heads.v, false, true), rowSum));
    const scale = scoreScale(shape);
    const dq = tf.mul(tf.matMul(dScores, heads.k), scale);
    const dk = tf.mul(tf.matMul(dScores, heads.q, true, false), scale);
    const dv = tf.matMul(p, dO, true, false);
    return [mergeQueryHeads(dq, shape), mergeKeyHeads(dk, shape), mergeKeyHeads(dv, shape)];
  },
  lower: lowerAttentionGrad,
};

interface Heads {
  /** `[B, G, R T, K]`: the R = H / G query heads that share a key head, one after the other. */
  q: Tensor;
  /** `[B, G, T, K]` */
  k: Tensor;
  v: Tensor;
}

function splitHeads({ q, k, v }: Heads, shape: AttentionShape): Heads {
  const { batch, length, keyValueHeads, headDim } = shape;
  const split = (x: Tensor): Tensor =>
    tf.transpose(tf.reshape(x, [batch, length, keyValueHeads, headDim]), [0, 2, 1, 3]);
  return { q: splitQueryHeads(q, shape), k: split(k), v: split(v) };
}

function splitQueryHeads(x: Tensor, shape: AttentionShape): Tensor {
  const { batch, length, heads, keyValueHeads, headDim } = shape;
  const group = heads / keyValueHeads;
  const split = tf.reshape(x, [batch, length, keyValueHeads, group, headDim]);
  const grouped = tf.transpose(split, [0, 2, 3, 1, 4]);
  return tf.reshape(grouped, [batch, keyValueHeads, group * length, headDim]);
}

function mergeQueryHeads(x: Tensor, shape: AttentionShape): Tensor {
  const { batch, length, heads, keyValueHeads, headDim } = shape;
  const group = heads / keyValueHeads;
  const split = tf.reshape(x, [batch, keyValueHeads, group, length, headDim]);
  return tf.reshape(tf.transpose(split, [0, 3, 1, 2, 4]), [batch, length, heads * headDim]);
}

function mergeKeyHeads(
  x: Tensor,
  { batch, length, keyValueHeads, headDim }: AttentionShape,
): Tensor {
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, length, keyValueHeads * headDim]);
}

/** `[B, G, R T, T]` */
function softmaxScores({ q, k }: Heads, startsBT: Tensor, shape: AttentionShape): Tensor {
  const { batch, length, heads, keyValueHeads } = shape;
  const group = heads / keyValueHeads;
  return tidy(() => {
    const scores = tf.mul(tf.matMul(q, k, false, true), scoreScale(shape));
    const position = tf.range(0, length, 1, 'int32');
    const key = tf.reshape(position, [1, 1, length]);
    const isPast = tf.lessEqual(key, tf.reshape(position, [1, length, 1]));
    const isOwn = tf.greaterEqual(key, tf.reshape(startsBT, [batch, length, 1]));
    const isHidden = tf.logicalNot(tf.logicalAnd(isPast, isOwn));
    const bias = tf.mul(tf.cast(isHidden, 'float32'), MASKED);
    const split = tf.reshape(scores, [batch, keyValueHeads, group, length, length]);
    const masked = tf.add(split, tf.reshape(bias, [batch, 1, 1, length, length]));
    return tf.reshape(tf.softmax(masked), scores.shape);
  });
}
