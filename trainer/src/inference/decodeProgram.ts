import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { MASKED, scoreScale } from '../engine/ops/attentionLayout.ts';
import { fitsInt8, int8MatMul } from '../engine/ops/int8MatMul.ts';
import { rotary } from '../engine/ops/rotary.ts';
import type { Program, Tensors, TensorSpec } from '../engine/program.ts';
import { type LoraOptions, withAdapters } from '../lora/lora.ts';
import type { AttentionHeads, Decoder, Heads, LayerContext } from '../model/architecture.ts';
import { architectureOf, headName, parameterSpecs } from '../model/architectures.ts';
import { forEachOf, plainDecoder, rotaryTensors } from '../model/decoder.ts';
import type { ModelConfig } from '../model/modelConfig.ts';

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
  /** Some tokens of the chunk stand for features of pictures, which are given. */
  sees?: boolean;
}

/** What programs have to know of a model to run it with a key-value cache. */
export interface DecodeModel {
  model: ModelConfig;
  lora: LoraOptions | null;
  /** Parameters that live with the executor, and those that are frozen, by name; adapters too. */
  state: Record<string, TensorSpec>;
  constants: Record<string, TensorSpec>;
  /** What frozen weights are multiplied in; f32 where it is not given. */
  weights?: WeightFormat;
}

export type WeightFormat = 'f32' | 'int8';

/** The model over its tensors. */
export function decoderOf(decode: DecodeModel, tensors: Tensors): Decoder {
  const { model, lora } = decode;
  const plain = plainDecoder(model, tensors);
  const decoder = decode.weights === 'int8' ? withInt8(plain) : plain;
  return lora === null ? decoder : withAdapters(decoder, tensors, lora);
}

/** The model with its linear modules in int8, as far as their sizes allow it. */
function withInt8(decoder: Decoder): Decoder {
  const specs = parameterSpecs(decoder.config);
  return {
    ...decoder,
    project: (name, xND) => {
      const weight = decoder.parameter(`${name}.weight`);
      if (specs[`${name}.weight`]?.layout === 'in-out' || !fitsInt8(weight))
        return decoder.project(name, xND);
      const product = int8MatMul(xND, weight);
      const hasBias = specs[`${name}.bias`] !== undefined;
      return hasBias ? tf.add(product, decoder.parameter(`${name}.bias`)) : product;
    },
  };
}

/** Logits `[N, V]` of finished hidden states `[N, D]`. */
export function logitsOf(decode: DecodeModel, decoder: Decoder, finished: Tensor): Tensor {
  const head = decoder.parameter(headName(decode.model));
  const isInt8 = decode.weights === 'int8' && fitsInt8(head);
  return isInt8 ? int8MatMul(finished, head) : tf.matMul(finished, head, false, true);
}

const PARTS = ['k', 'v'] as const;
const cacheName = (layer: number, part: (typeof PARTS)[number]): string => `cache.${layer}.${part}`;

/** Keys and values of all layers, `[B, G, M + 1, K]`: the last slot takes what padding would write. */
export function cacheSpecs(
  config: ModelConfig,
  { rows, context }: Pick<DecodeShape, 'rows' | 'context'>,
): Record<string, TensorSpec> {
  const layers = Array.from({ length: config.numHiddenLayers }, (_, layer) => layer);
  return Object.fromEntries(
    layers.flatMap((layer) => {
      const { keyValueHeads, headDim } = architectureOf(config).attention(config, layer);
      const shape = [rows, keyValueHeads, context + 1, headDim];
      return PARTS.map((part) => [cacheName(layer, part), { shape, dtype: 'float32' }]);
    }),
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
  { likeliest, sees = false }: DecodeOptions = { likeliest: false },
): Program {
  const { model } = decode;
  const { rows, chunk } = shape;
  return {
    name: `decode${likeliest ? '-check' : ''}${sees ? '-sees' : ''}`,
    state: { ...decode.state, ...cacheSpecs(model, shape) },
    constants: decode.constants,
    inputs: {
      ids: { shape: [rows, chunk], dtype: 'int32' },
      positions: { shape: [rows, chunk], dtype: 'int32' },
      last: { shape: [rows], dtype: 'int32' },
      ...(sees && pictureSpecs(model, rows * chunk)),
    },
    build: ({ state, constants, inputs }) => {
      const decoder = decoderOf(decode, { ...constants, ...state });
      const { hidden, updates } = decodeChunk(decoder, { state, inputs, shape });
      const logitsOf = (rows: Tensor): Tensor => {
        const finished = architectureOf(model).finish(decoder, rows);
        return tf.matMul(finished, decoder.parameter(headName(model)), false, true);
      };
      const first = tf.range(0, rows * chunk, chunk, 'int32');
      const last = tf.gather(hidden, tf.add<tf.Tensor1D>(first, inputs['last']!));
      const logits = logitsOf(last);
      if (!likeliest) return { updates, outputs: { logits } };
      const next = tf.reshape(tf.argMax(logitsOf(hidden), -1), [rows, chunk]);
      return { updates, outputs: { logits, next } };
    },
  };
}

/** Each token of a chunk has a row for the feature that it may stand for. */
function pictureSpecs(model: ModelConfig, tokens: number): Record<string, TensorSpec> {
  return {
    pictureRows: { shape: [1, tokens], dtype: 'int32' },
    pictureFeatures: { shape: [tokens, model.hiddenSize], dtype: 'float32' },
  };
}

/** Hidden states of the chunk after the last layer, `[B C, D]`, and the caches with its keys and values. */
export function decodeChunk(
  decoder: Decoder,
  { state, inputs, shape }: { state: Tensors; inputs: Tensors; shape: DecodeShape },
): { hidden: Tensor; updates: Tensors } {
  const architecture = architectureOf(decoder.config);
  const { positions, ids } = inputs as { positions: Tensor; ids: Tensor };
  const updates: Tensors = {};
  const contextOf = cachedContexts(decoder.config, { state, positions, shape, updates });
  const { pictureFeatures: featuresFD, pictureRows: rowsBT } = inputs;
  let x = architecture.embed(decoder, {
    ...{ idsBT: ids, positionsBT: positions },
    ...(featuresFD && rowsBT && { pictures: { featuresFD, rowsBT } }),
  });
  for (let layer = 0; layer < decoder.config.numHiddenLayers; layer++)
    x = architecture.layer(decoder, layer, x, contextOf(layer));
  return { hidden: x, updates };
}

/** What layers read besides hidden states, where the tokens before are in a cache; puts new caches in `updates`. */
function cachedContexts(
  config: ModelConfig,
  {
    state,
    positions,
    shape,
    updates,
  }: { state: Tensors; positions: Tensor; shape: DecodeShape; updates: Tensors },
): (layer: number) => LayerContext {
  const architecture = architectureOf(config);
  const { rows, chunk, context } = shape;
  const tables = rotaryTensors(config, { positions: context + 1, reach: context });
  const layers = Array.from({ length: config.numHiddenLayers }, (_, layer) =>
    architecture.attention(config, layer),
  );
  const slotsOf = forEachOf(
    layers.map((heads) => heads.keyValueHeads),
    (keyValueHeads) => slotIndices(positions, keyValueHeads),
  );
  const biasOf = forEachOf(
    layers.map(({ window }) => window ?? null),
    (window) => visibility(positions, { context, window }),
  );
  return (layer) => {
    const heads = layers[layer]!;
    const { keyValueHeads, headDim, window = null } = heads;
    const slots = slotsOf(keyValueHeads);
    const put = (part: (typeof PARTS)[number], values: Tensor): Tensor => {
      const split = tf.reshape(values, [rows, chunk, keyValueHeads, headDim]);
      const cache = tf.tensorScatterUpdate(state[cacheName(layer, part)]!, slots, split);
      updates[cacheName(layer, part)] = cache;
      return cache;
    };
    return {
      batch: rows,
      length: chunk,
      rotate: (x, table) => rotary(x, positions, tables[table]!, headDim),
      attend: ({ q, k, v }) =>
        cachedAttention(
          { q, k: put('k', k), v: put('v', v) },
          { heads, shape, bias: biasOf(window) },
        ),
    };
  };
}

/**
 * Attention of the chunk's queries to the cache, `[B, C, H K]`.
 *
 * @param q float32 `[B, C, H K]`; keys and values `[B, G, M + 1, K]`
 * @param bias added to scores, float32 `[B, 1, 1, C, M + 1]`
 */
function cachedAttention(
  { q, k, v }: Heads,
  { heads: layout, shape, bias }: { heads: AttentionHeads; shape: DecodeShape; bias: Tensor },
): Tensor {
  const { rows, chunk, context } = shape;
  const { heads, keyValueHeads: keyHeads, headDim } = layout;
  const group = heads / keyHeads;
  const grouped = tf.transpose(
    tf.reshape(q, [rows, chunk, keyHeads, group, headDim]),
    [0, 2, 3, 1, 4],
  );
  const queries = tf.reshape(grouped, [rows, keyHeads, group * chunk, headDim]);
  const scores = tf.mul(tf.matMul(queries, k, false, true), scoreScale(layout));
  const split = tf.reshape(scores, [rows, keyHeads, group, chunk, context + 1]);
  const p = tf.reshape(tf.softmax(tf.add(split, bias)), scores.shape);
  const out = tf.reshape(tf.matMul(p, v), [rows, keyHeads, group, chunk, headDim]);
  return tf.reshape(tf.transpose(out, [0, 3, 1, 2, 4]), [rows, chunk, heads * headDim]);
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

/**
 * A query sees the keys up to its own position, from the start of its window on; the slot that padding
 * writes is seen by padding only.
 */
function visibility(
  positionsBC: Tensor,
  { context, window }: { context: number; window: number | null },
): Tensor {
  const [rows, chunk] = positionsBC.shape as [number, number];
  const key = tf.reshape(tf.range(0, context + 1, 1, 'int32'), [1, 1, context + 1]);
  const query = tf.reshape(positionsBC, [rows, chunk, 1]);
  const isFuture = tf.greater(key, query);
  const isHidden =
    window === null || window > context
      ? isFuture
      : tf.logicalOr(isFuture, tf.lessEqual(key, tf.sub(query, tf.scalar(window, 'int32'))));
  const bias = tf.mul(tf.cast(isHidden, 'float32'), MASKED);
  return tf.reshape(bias, [rows, 1, 1, chunk, context + 1]);
}
