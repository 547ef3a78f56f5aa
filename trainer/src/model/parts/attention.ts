import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Decoder, Heads, LayerContext } from '../architecture.ts';
import type { ModelConfig } from '../modelConfig.ts';

/** The one table of families whose layers all turn alike. */
export const ROTARY = 'rotary';

/** Queries, keys and values of a layer from three modules, as rows of the batch. */
export function separateHeads(
  decoder: Decoder,
  module: string,
  xND: Tensor,
  context: LayerContext,
): Heads {
  const rows = (name: string): Tensor => inRows(decoder.project(`${module}.${name}`, xND), context);
  return { q: rows('q_proj'), k: rows('k_proj'), v: rows('v_proj') };
}

/** Activations `[B T, W]` as `[B, T, W]`. */
function inRows(x: Tensor, { batch, length }: LayerContext): Tensor {
  return tf.reshape(x, [batch, length, x.shape[1]!]);
}

/** Queries and keys turned by their positions. */
export function turned({ q, k, v }: Heads, context: LayerContext, table = ROTARY): Heads {
  return { q: context.rotate(q, table), k: context.rotate(k, table), v };
}

/** Attention and the module that brings it back to the width of the model, float32 `[B T, D]`. */
export function attended(
  decoder: Decoder,
  output: string,
  heads: Heads,
  { batch, length, attend }: LayerContext,
): Tensor {
  const merged = attend(heads);
  return decoder.project(output, tf.reshape(merged, [batch * length, merged.shape[2]!]));
}

/** The same with queries and keys normalised, before they turn. */
export function normedHeads<C extends ModelConfig>(
  decoder: Decoder<C>,
  module: string,
  { xND, norm }: { xND: Tensor; norm: (decoder: Decoder<C>, name: string, x: Tensor) => Tensor },
  context: LayerContext,
): Heads {
  const { q, k, v } = separateHeads(decoder, module, xND, context);
  return { q: norm(decoder, `${module}.q_norm`, q), k: norm(decoder, `${module}.k_norm`, k), v };
}

/** Queries, keys and values from one module, which gives the heads of each after each other. */
export function fusedHeads(
  { project }: Decoder,
  module: string,
  { xND, widths }: { xND: Tensor; widths: [q: number, k: number, v: number] },
  context: LayerContext,
): Heads {
  const rows = inRows(project(module, xND), context);
  const [q, k, v] = tf.split<Tensor>(rows, widths, -1);
  return { q: q!, k: k!, v: v! };
}
