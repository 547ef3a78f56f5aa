import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Program, Tensors, TensorSpec } from '../engine/program.ts';
import { MASKED } from '../engine/ops/attentionLayout.ts';
import { rotary, type RotaryTables } from '../engine/ops/rotary.ts';
import { type Decoder, mlp, norm, type Project, rotaryTensors } from '../model/llama.ts';
import type { ModelConfig } from '../model/modelConfig.ts';
import { EMBEDDING, FINAL_NORM, headName, layerPrefix } from '../model/parameterSpecs.ts';

export interface DecodeShape {
  /** Sequences decoded together, B. */
  rows: number;
  /** New tokens a row and run, C; rows with fewer are padded. */
  chunk: number;
  /** Tokens that the cache holds a row, M. */
  context: number;
}

export interface DecodeOptions {
  /** Also say which token is the likeliest after each token of the chunk. */
  likeliest: boolean;
}

export interface DecodeModel {
  model: ModelConfig;
  /** Parameters that live with the executor, and those that are frozen, by name. */
  state: Record<string, TensorSpec>;
  constants: Record<string, TensorSpec>;
  /** `parameters`: all of them, those of an adapter too. */
  project: (parameter: (name: string) => Tensor, parameters: Tensors) => Project;
}

const cacheName = (layer: number, part: 'k' | 'v'): string => `cache.${layer}.${part}`;

/** Keys and values of all layers, `[B, G, M + 1, K]`: the last slot takes what padding would write. */
export function cacheSpecs(
  config: ModelConfig,
  { rows, context }: Pick<DecodeShape, 'rows' | 'context'>,
): Record<string, TensorSpec> {
  const shape = [rows, config.numKeyValueHeads, context + 1, config.headDim];
  const layers = Array.from({ length: config.numHiddenLayers }, (_, layer) => layer);
  return Object.fromEntries(
    layers.flatMap((layer) =>
      (['k', 'v'] as const).map((part) => [cacheName(layer, part), { shape, dtype: 'float32' }]),
    ),
  );
}

/**
 * Feeds C tokens a row to a decoder with a key-value cache and gives the logits after each row's last
 * real token, float32 `[B, V]`; with `likeliest` also the argmax after each token, int32 `[B, C]`.
 *
 * Inputs, int32: `ids` and `positions` `[B, C]` (padding has position M), `last` `[B]`, the index within
 * the chunk of each row's last real token.
 */
export function decodeProgram(
  decode: DecodeModel,
  shape: DecodeShape,
  { likeliest }: DecodeOptions = { likeliest: false },
): Program {
  const { model } = decode;
  const { rows, chunk } = shape;
  return {
    name: likeliest ? 'decode-check' : 'decode',
    state: { ...decode.state, ...cacheSpecs(model, shape) },
    constants: decode.constants,
    inputs: {
      ids: { shape: [rows, chunk], dtype: 'int32' },
      positions: { shape: [rows, chunk], dtype: 'int32' },
      last: { shape: [rows], dtype: 'int32' },
    },
    build: ({ state, constants, inputs }) => {
      const parameter = (name: string): Tensor => state[name] ?? constants[name]!;
      const project = decode.project(parameter, { ...constants, ...state });
      const decoder = { config: model, parameter, project };
      const { hidden, updates } = decodeChunk(decoder, { state, inputs, shape });
      const logitsOf = (rows: Tensor): Tensor =>
        tf.matMul(norm(decoder, FINAL_NORM, rows), parameter(headName(model)), false, true);
      const first = tf.range(0, rows * chunk, chunk, 'int32');
      const last = tf.gather(hidden, tf.add<tf.Tensor1D>(first, inputs['last']!));
      const logits = logitsOf(last);
      if (!likeliest) return { updates, outputs: { logits } };
      const next = tf.reshape(tf.argMax(logitsOf(hidden), -1), [rows, chunk]);
      return { updates, outputs: { logits, next } };
    },
  };
}

/** Hidden states of the chunk before the final norm, `[B C, D]`, and the caches with its keys and values. */
export function decodeChunk(
  decoder: Decoder,
  { state, inputs, shape }: { state: Tensors; inputs: Tensors; shape: DecodeShape },
): { hidden: Tensor; updates: Tensors } {
  const { config, parameter } = decoder;
  const { rows, chunk, context } = shape;
  const positions = inputs['positions']!;
  const step: Step = {
    shape,
    positions,
    slots: slotIndices(positions, config.numKeyValueHeads),
    tables: rotaryTensors(config, context + 1),
    bias: visibility(positions, context),
  };
  const flatIds = tf.reshape<tf.Rank.R1>(inputs['ids']!, [rows * chunk]);
  let x: Tensor = tf.gather(parameter(EMBEDDING), flatIds);
  const updates: Tensors = {};
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    const prefix = layerPrefix(layer);
    const caches = { k: state[cacheName(layer, 'k')]!, v: state[cacheName(layer, 'v')]! };
    const block = cachedAttention(decoder, prefix, {
      x: norm(decoder, `${prefix}.input_layernorm`, x),
      caches,
      step,
    });
    updates[cacheName(layer, 'k')] = block.k;
    updates[cacheName(layer, 'v')] = block.v;
    x = tf.add(x, block.attended);
    x = tf.add(x, mlp(decoder, prefix, norm(decoder, `${prefix}.post_attention_layernorm`, x)));
  }
  return { hidden: x, updates };
}

interface Step {
  shape: DecodeShape;
  positions: Tensor;
  /** Where new keys go in the cache, int32 `[B, C, G, 3]`. */
  slots: Tensor;
  tables: RotaryTables;
  /** Added to scores, float32 `[B, 1, 1, C, M + 1]`. */
  bias: Tensor;
}

function cachedAttention(
  { config, project }: Decoder,
  prefix: string,
  { x, caches, step }: { x: Tensor; caches: { k: Tensor; v: Tensor }; step: Step },
): { attended: Tensor; k: Tensor; v: Tensor } {
  const { rows, chunk, context } = step.shape;
  const { numAttentionHeads: heads, numKeyValueHeads: keyHeads, headDim } = config;
  const group = heads / keyHeads;
  const projected = (name: string, width: number): Tensor =>
    tf.reshape(project(`${prefix}.self_attn.${name}`, x), [rows, chunk, width * headDim]);
  const q = rotary(projected('q_proj', heads), step.positions, step.tables);
  const newK = rotary(projected('k_proj', keyHeads), step.positions, step.tables);
  const put = (cache: Tensor, values: Tensor): Tensor =>
    tf.tensorScatterUpdate(cache, step.slots, tf.reshape(values, [rows, chunk, keyHeads, headDim]));
  const k = put(caches.k, newK);
  const v = put(caches.v, projected('v_proj', keyHeads));
  const grouped = tf.transpose(
    tf.reshape(q, [rows, chunk, keyHeads, group, headDim]),
    [0, 2, 3, 1, 4],
  );
  const queries = tf.reshape(grouped, [rows, keyHeads, group * chunk, headDim]);
  const scores = tf.mul(tf.matMul(queries, k, false, true), 1 / Math.sqrt(headDim));
  const split = tf.reshape(scores, [rows, keyHeads, group, chunk, context + 1]);
  const p = tf.reshape(tf.softmax(tf.add(split, step.bias)), scores.shape);
  const out = tf.reshape(tf.matMul(p, v), [rows, keyHeads, group, chunk, headDim]);
  const merged = tf.reshape(tf.transpose(out, [0, 3, 1, 2, 4]), [rows * chunk, heads * headDim]);
  return { attended: project(`${prefix}.self_attn.o_proj`, merged), k, v };
}

/** Row, head and position of each new key. */
function slotIndices(positionsBC: Tensor, heads: number): Tensor {
  const [rows, chunk] = positionsBC.shape as [number, number];
  const shape = [rows, chunk, heads];
  const spread = (x: Tensor, from: number[]): Tensor => tf.broadcastTo(tf.reshape(x, from), shape);
  return tf.stack(
    [
      spread(tf.range(0, rows, 1, 'int32'), [rows, 1, 1]),
      spread(tf.range(0, heads, 1, 'int32'), [1, 1, heads]),
      spread(positionsBC, [rows, chunk, 1]),
    ],
    -1,
  );
}

/** A query sees the keys up to its own position; the slot that padding writes is seen by padding only. */
function visibility(positionsBC: Tensor, context: number): Tensor {
  const [rows, chunk] = positionsBC.shape as [number, number];
  const key = tf.reshape(tf.range(0, context + 1, 1, 'int32'), [1, 1, context + 1]);
  const isHidden = tf.greater(key, tf.reshape(positionsBC, [rows, chunk, 1]));
  const bias = tf.mul(tf.cast(isHidden, 'float32'), MASKED);
  return tf.reshape(bias, [rows, 1, 1, chunk, context + 1]);
}
