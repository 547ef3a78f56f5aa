import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { scoreScale } from '../engine/ops/attentionLayout.ts';
import { cachedAttention, type CachedAttentionLayout } from '../engine/ops/cachedAttention.ts';
import { rotary } from '../engine/ops/rotary.ts';
import type { Program, Tensors, TensorSpec } from '../engine/program.ts';
import type { Heads, LayerContext } from '../model/architecture.ts';
import { architectureOf } from '../model/architectures.ts';
import { rotaryTensors } from '../model/decoder.ts';
import type { ModelConfig } from '../model/modelConfig.ts';
import { decoderOf, type DecodeModel, logitsOf } from './decodeProgram.ts';

export interface SequenceShape {
  /** Sequences of one run, B, each with a cache of its own. */
  sequences: number;
  /** New tokens of each, C. */
  chunk: number;
  /** Tokens that each cache has room for, M; places behind a sequence's last token hold anything. */
  room: number;
  /** The longest sequence that is meant, on which some ways of scaling positions depend. */
  reach: number;
  /** After which tokens logits are wanted: the one that `last` names of each sequence, or all of the chunk. */
  logits: 'last' | 'all';
}

const PARTS = ['k', 'v'] as const;
type Part = (typeof PARTS)[number];

/** What a cache's tensor of a layer is called within a sequence. */
const partName = (layer: number, part: Part): string => `${layer}.${part}`;

/** The name of a sequence's cache tensor among the state of a program. */
export function stateName(sequence: number, part: string): string {
  return `cache.${sequence}.${part}`;
}

/** ONNX Runtime's attention takes heads of a multiple of 8 only; elements of 0 change no score. */
function paddedDim(headDim: number): number {
  return Math.ceil(headDim / 8) * 8;
}

/** The cache of one sequence: keys and values of each layer, float32 `[1, G, M, K]`. */
export function sequenceCache(config: ModelConfig, room: number): Record<string, TensorSpec> {
  const layers = Array.from({ length: config.numHiddenLayers }, (_, layer) => layer);
  return Object.fromEntries(
    layers.flatMap((layer) => {
      const { keyValueHeads, headDim } = architectureOf(config).attention(config, layer);
      const shape = [1, keyValueHeads, room, paddedDim(headDim)];
      const spec: TensorSpec = { shape, dtype: 'float32' };
      return PARTS.map((part) => [partName(layer, part), spec]);
    }),
  );
}

/**
 * Feeds C tokens to each of B sequences whose keys and values lie in caches of their own, and gives logits, float32
 * `[B, V]`, or with `logits: 'all'` `[B C, V]`. Sequences may be of any lengths: attention takes as long as each is.
 *
 * Inputs, int32: `ids` and `positions` `[B, C]`; `lengths` `[B]`, tokens with the chunk (padding counts: it is written
 * behind the last real token, where nothing reads it before it is written over); `last` `[B]`, the place in the chunk
 * of the last real token.
 */
export function sequenceProgram(decode: DecodeModel, shape: SequenceShape): Program {
  const { model } = decode;
  const { sequences, chunk } = shape;
  return {
    name: `sequences-${shape.logits}`,
    state: { ...decode.state, ...cacheState(model, shape) },
    constants: decode.constants,
    inputs: {
      ids: { shape: [sequences, chunk], dtype: 'int32' },
      positions: { shape: [sequences, chunk], dtype: 'int32' },
      lengths: { shape: [sequences], dtype: 'int32' },
      last: { shape: [sequences], dtype: 'int32' },
    },
    build: ({ state, constants, inputs }) => {
      const decoder = decoderOf(decode, { ...constants, ...state });
      const architecture = architectureOf(model);
      const updates: Tensors = {};
      const contextOf = contexts(model, { state, inputs, shape, updates });
      const { ids, positions } = inputs as Record<'ids' | 'positions', Tensor>;
      let x = architecture.embed(decoder, { idsBT: ids, positionsBT: positions });
      for (let layer = 0; layer < model.numHiddenLayers; layer++)
        x = architecture.layer(decoder, layer, x, contextOf(layer));
      const wanted = shape.logits === 'all' ? x : lastRows(x, inputs['last']!, shape);
      const finished = architecture.finish(decoder, wanted);
      return { updates, outputs: { logits: logitsOf(decode, decoder, finished) } };
    },
  };
}

function cacheState(model: ModelConfig, { sequences, room }: SequenceShape) {
  const parts = Object.entries(sequenceCache(model, room));
  return Object.fromEntries(
    Array.from({ length: sequences }, (_, sequence) =>
      parts.map(([part, spec]) => [stateName(sequence, part), spec] as const),
    ).flat(),
  );
}

/** Of hidden states `[B C, D]` those of each sequence's last real token, `[B, D]`. */
function lastRows(x: Tensor, last: Tensor, { sequences, chunk }: SequenceShape): Tensor {
  if (chunk === 1) return x;
  const first = tf.range(0, sequences * chunk, chunk, 'int32');
  return tf.gather(x, tf.add<tf.Tensor1D>(first, last));
}

/** What layers read besides hidden states; puts new caches in `updates`. */
function contexts(
  config: ModelConfig,
  run: { state: Tensors; inputs: Tensors; shape: SequenceShape; updates: Tensors },
): (layer: number) => LayerContext {
  const { sequences, chunk, room, reach } = run.shape;
  const architecture = architectureOf(config);
  const tables = rotaryTensors(config, { positions: room, reach });
  const positions = run.inputs['positions']!;
  const lengths = parts(run.inputs['lengths']!, sequences);
  return (layer) => {
    const own = architecture.attention(config, layer);
    const { heads, keyValueHeads, headDim, window = null } = own;
    const layout = {
      ...{ heads, keyValueHeads, headDim: paddedDim(headDim), scale: scoreScale(own) },
      window: window !== null && window < room ? window : null,
    };
    return {
      batch: sequences,
      length: chunk,
      rotate: (x, table) => rotary(x, positions, tables[table]!, headDim),
      attend: (qkv) => {
        const padded = {
          q: widened(qkv.q, headDim),
          k: widened(qkv.k, headDim),
          v: widened(qkv.v, headDim),
        };
        return narrowed(attended(padded, { layer, layout, lengths, run }), headDim);
      },
    };
  };
}

/** Heads `[B, C, H K]` with zeros behind each, as wide as the cache has them. */
function widened(x: Tensor, headDim: number): Tensor {
  const more = paddedDim(headDim) - headDim;
  if (more === 0) return x;
  const [batch, length, width] = x.shape as [number, number, number];
  const heads = tf.reshape(x, [batch, length, width / headDim, headDim]);
  const none: [number, number] = [0, 0];
  const wide = tf.pad(heads, [none, none, none, [0, more]]);
  return tf.reshape(wide, [batch, length, (width / headDim) * (headDim + more)]);
}

/** The inverse of `widened`. */
function narrowed(x: Tensor, headDim: number): Tensor {
  const wide = paddedDim(headDim);
  if (wide === headDim) return x;
  const [batch, length, width] = x.shape as [number, number, number];
  const heads = tf.reshape(x, [batch, length, width / wide, wide]);
  const cut = tf.slice(heads, [0, 0, 0, 0], [-1, -1, -1, headDim]);
  return tf.reshape(cut, [batch, length, (width / wide) * headDim]);
}

/** Attention of each sequence to its own cache, `[B, C, H K]`. */
function attended(
  { q, k, v }: Heads,
  {
    layer,
    layout,
    lengths,
    run: { state, updates },
  }: {
    layer: number;
    layout: CachedAttentionLayout;
    lengths: Tensor[];
    run: { state: Tensors; updates: Tensors };
  },
): Tensor {
  const [qs, ks, vs] = [q, k, v].map((x) => parts(x, lengths.length)) as [
    Tensor[],
    Tensor[],
    Tensor[],
  ];
  const rows = lengths.map((length, sequence) => {
    const nameOf = (part: Part): string => stateName(sequence, partName(layer, part));
    const made = cachedAttention(
      {
        ...{ q: qs[sequence]!, k: ks[sequence]!, v: vs[sequence]!, length },
        ...{ cacheK: state[nameOf('k')]!, cacheV: state[nameOf('v')]! },
      },
      layout,
    );
    updates[nameOf('k')] = made.cacheK;
    updates[nameOf('v')] = made.cacheV;
    return made.attended;
  });
  return rows.length === 1 ? rows[0]! : tf.concat(rows, 0);
}

/** A tensor cut into one part a sequence, along its first axis. */
function parts(x: Tensor, sequences: number): Tensor[] {
  return sequences === 1 ? [x] : tf.split(x, sequences, 0);
}
