import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { fill } from '../lowerings/lowering.ts';
import type { Graph, Value } from '../trace/graph.ts';
import { callKernel, type OwnKernel } from './kernel.ts';

/** Weights that share a scale. */
const BLOCK = 32;

/** Whether a matrix of weights `[out, in]` can be multiplied by in int8. */
export function fitsInt8({ shape }: Pick<Tensor, 'shape'>): boolean {
  return shape.length === 2 && shape[1] % BLOCK === 0;
}

/**
 * `x W^T` with W rounded to int8, for inference: in each block of 32 along a row `W = d q` with `d = max |W| / 127` and
 * q whole numbers from -127 to 127, which is Q8_0 of ggml with d in f32. A traced graph rounds once, when its session
 * is made, and rounds x to int8 as well.
 *
 * @param xNK float32 `[N, K]`
 * @param wOK float32 `[O, K]`, frozen; K a multiple of 32
 * @returns float32 `[N, O]`
 */
export function int8MatMul(xNK: Tensor, wOK: Tensor): Tensor {
  if (!fitsInt8(wOK) || xNK.shape[1] !== wOK.shape[1]) {
    throw new Error(`int8MatMul: [${xNK.shape.join()}] times [${wOK.shape.join()}]`);
  }
  return callKernel(int8MatMulKernel, [xNK, wOK])[0]!;
}

export const int8MatMulKernel: OwnKernel = {
  name: 'DeepCoderInt8MatMul',
  inputs: ['x', 'w'],
  compute: ([x, w]) => {
    const blocks = tf.reshape(w!, [-1, BLOCK]);
    const largest = tf.max(tf.abs(blocks), -1, true);
    const scale = tf.maximum(tf.div(largest, 127), TINY);
    const rounded = tf.mul(tf.round(tf.div(blocks, scale)), scale);
    return tf.matMul(x!, tf.reshape(rounded, w!.shape), false, true);
  },
  lower: ({ graph, inputs: [x, w] }) => {
    const [out, width] = w!.shape as [number, number];
    const { q, scale } = rounded(graph, w!);
    const attributes = { K: width, N: out, bits: 8, block_size: BLOCK, accuracy_level: 4 };
    return graph.emit(
      'MatMulNBits',
      [x!, q, scale],
      { shape: [x!.shape[0]!, out], dtype: 'float32' },
      { domain: 'com.microsoft', attributes },
    );
  },
};

/** Scales of blocks of zeros: anything but 0 will do. */
const TINY = 1e-30;
const UINT8 = 2;

/**
 * What `MatMulNBits` reads: q + 128 as uint8 `[O, K / 32, 32]`, d as float32 `[O K / 32]`. ONNX Runtime holds what is
 * computed of frozen weights until a session is made, so that little of it is as large as the weights.
 */
function rounded(graph: Graph, w: Value): { q: Value; scale: Value } {
  const [out, width] = w.shape as [number, number];
  const scales = [out, width / BLOCK];
  const shape = [...scales, BLOCK];
  const small = (op: string, inputs: Value[], attributes = {}): Value =>
    graph.emit(op, inputs, { shape: scales, dtype: 'float32' }, { attributes });
  const blocks = graph.emit('Reshape', [w, graph.ints(shape)], { shape, dtype: 'float32' });
  const ends = ['ReduceMax', 'ReduceMin'].map((op) =>
    small(op, [blocks, graph.ints([2])], { keepdims: 0 }),
  );
  const largest = small('Max', [ends[0]!, small('Neg', [ends[1]!])]);
  const scale = small('Max', [small('Mul', [largest, graph.scalar(1 / 127)]), graph.scalar(TINY)]);
  const bytes = { shape: scales, dtype: 'uint8' } as const;
  const zero = graph.emit('Cast', [fill(graph, scales, 128)], bytes, { attributes: { to: UINT8 } });
  const q = graph.emit(
    'QuantizeLinear',
    [w, scale, zero],
    { shape: w.shape, dtype: 'uint8' },
    { attributes: { axis: 1, block_size: BLOCK } },
  );
  const flat = [out * scales[1]!];
  return {
    q: graph.emit('Reshape', [q, graph.ints(shape)], { shape, dtype: 'uint8' }),
    scale: graph.emit('Reshape', [scale, graph.ints(flat)], { shape: flat, dtype: 'float32' }),
  };
}
