import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Value } from '../trace/graph.ts';
import { MASKED } from './attentionLayout.ts';
import { callKernel, type OwnKernel } from './kernel.ts';

export interface CachedAttentionLayout {
  heads: number;
  /** Divides `heads`. */
  keyValueHeads: number;
  headDim: number;
  /** What scores are multiplied by. */
  scale: number;
  /** Tokens that a query sees, itself included; null: all before it. */
  window: number | null;
}

export interface CachedAttentionInputs {
  /** float32 `[1, C, H K]`, of the C newest tokens, turned by their positions already. */
  q: Tensor;
  /** float32 `[1, C, G K]` */
  k: Tensor;
  v: Tensor;
  /** float32 `[1, G, M, K]`, of which the first `length - C` places hold the tokens before. */
  cacheK: Tensor;
  cacheV: Tensor;
  /** How many tokens there are with the new ones, int32 `[1]`, from C to M. */
  length: Tensor;
}

/**
 * Causal attention of the newest tokens of one sequence to all of it, whose keys and values lie in a cache:
 * `softmax(scale q K^T + mask) V` (Vaswani et al. 2017, eq. 1; grouped queries as in Ainslie et al. 2023). The new
 * keys and values are written at places `length - C` to `length - 1`; nothing behind them is read, so that what it
 * takes follows `length` and not M.
 *
 * @returns `attended` float32 `[1, C, H K]` and both caches, which are written in place where they are state
 * @throws where the shapes do not fit the layout
 */
export function cachedAttention(
  { q, k, v, cacheK, cacheV, length }: CachedAttentionInputs,
  layout: CachedAttentionLayout,
): { attended: Tensor; cacheK: Tensor; cacheV: Tensor } {
  const { heads, keyValueHeads, headDim } = layout;
  const fits = q.shape[2] === heads * headDim && k.shape[2] === keyValueHeads * headDim;
  if (!fits || cacheK.shape[1] !== keyValueHeads || cacheK.shape[3] !== headDim) {
    throw new Error(
      `cachedAttention: q [${q.shape.join()}], k [${k.shape.join()}] and cache [${cacheK.shape.join()}] are not of ${heads} and ${keyValueHeads} heads of ${headDim}`,
    );
  }
  const inputs = [q, k, v, cacheK, cacheV, length];
  const [attended, newK, newV] = callKernel(cachedAttentionKernel, inputs, { ...layout });
  return { attended: attended!, cacheK: newK!, cacheV: newV! };
}

export const cachedAttentionKernel: OwnKernel = {
  name: 'DeepCoderCachedAttention',
  inputs: ['q', 'k', 'v', 'cacheK', 'cacheV', 'length'],
  compute: ([q, k, v, cacheK, cacheV, length], attrs) => {
    const layout = attrs as unknown as CachedAttentionLayout;
    const place = { tokens: q!.shape[1]!, room: cacheK!.shape[2]!, length: length! };
    const keys = written(cacheK!, k!, place);
    const values = written(cacheV!, v!, place);
    return [plainAttention({ q: q!, keys, values }, layout, place), keys, values];
  },
  lowersOn: ({ name }) => name === 'cpu',
  // ONNX Runtime writes in place where past and present are one buffer.
  lower: ({ graph, inputs: [q, k, v, cacheK, cacheV, length], attrs }) => {
    const { heads, keyValueHeads, scale, window } = attrs as unknown as CachedAttentionLayout;
    const one = graph.constant(new Int32Array([1]), [1], 'int32');
    const spec = ({ shape, dtype }: Value) => ({ shape, dtype });
    const last = graph.emit('Sub', [length!, one], spec(length!));
    const total = graph.emit('Reshape', [length!, graph.ints([])], { shape: [], dtype: 'int32' });
    const made = graph.emitMany(
      'GroupQueryAttention',
      [q!, k!, v!, cacheK!, cacheV!, last, total],
      [spec(q!), spec(cacheK!), spec(cacheV!)],
      {
        domain: 'com.microsoft',
        attributes: {
          num_heads: heads,
          kv_num_heads: keyValueHeads,
          scale: { float: scale },
          ...(window !== null && { local_window_size: window }),
        },
      },
    );
    return made.map((value) => value!);
  },
};

interface Place {
  tokens: number;
  room: number;
  length: Tensor;
}

/** The cache `[1, G, M, K]` with new rows `[1, C, G K]`. */
function written(cache: Tensor, rows: Tensor, { tokens, length }: Place): Tensor {
  const [, heads, , width] = cache.shape as [number, number, number, number];
  const byHead = tf.transpose(tf.reshape(rows, [tokens, heads, width]), [1, 0, 2]);
  const first = tf.sub(length, tokens);
  const places = tf.add(tf.range(0, tokens, 1, 'int32'), tf.cast(first, 'int32'));
  const spread = (x: Tensor, from: number[]): Tensor =>
    tf.broadcastTo(tf.reshape(x, from), [heads, tokens]);
  const indices = tf.stack(
    [spread(tf.range(0, heads, 1, 'int32'), [heads, 1]), spread(places, [1, tokens])],
    -1,
  );
  const flat = tf.reshape(cache, cache.shape.slice(1));
  return tf.reshape(tf.tensorScatterUpdate(flat, indices, byHead), cache.shape);
}

function plainAttention(
  { q, keys, values }: { q: Tensor; keys: Tensor; values: Tensor },
  { heads, keyValueHeads, headDim, scale, window }: CachedAttentionLayout,
  { tokens, room, length }: Place,
): Tensor {
  const group = heads / keyValueHeads;
  const split = tf.reshape(q, [tokens, keyValueHeads, group, headDim]);
  const queries = tf.reshape(tf.transpose(split, [1, 2, 0, 3]), [
    keyValueHeads,
    group * tokens,
    headDim,
  ]);
  const flat = (x: Tensor): Tensor => tf.reshape(x, [keyValueHeads, room, headDim]);
  const scores = tf.mul(tf.matMul(queries, flat(keys), false, true), scale);
  const key = tf.reshape(tf.range(0, room, 1, 'int32'), [1, room]);
  const ends = tf.add(tf.range(1 - tokens, 1, 1, 'int32'), tf.sub(length, 1));
  const query = tf.reshape(ends, [tokens, 1]);
  const future = tf.greater(key, query);
  const hidden =
    window === null
      ? future
      : tf.logicalOr(future, tf.lessEqual(key, tf.sub(query, tf.scalar(window, 'int32'))));
  const bias = tf.mul(tf.cast(hidden, 'float32'), MASKED);
  const masked = tf.add(tf.reshape(scores, [keyValueHeads, group, tokens, room]), bias);
  const p = tf.reshape(tf.softmax(masked), [keyValueHeads, group * tokens, room]);
  const out = tf.reshape(tf.matMul(p, flat(values)), [keyValueHeads, group, tokens, headDim]);
  return tf.reshape(tf.transpose(out, [2, 0, 1, 3]), [1, tokens, heads * headDim]);
}
