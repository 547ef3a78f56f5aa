import { reshape, transpose } from '../lowerings/lowering.ts';
import type { Graph, Value } from '../trace/graph.ts';

/** What is added to the score of a key that a query may not see: exp of it is 0 in f32. */
export const MASKED = -1e9;

export interface AttentionShape {
  batch: number;
  length: number;
  /** Query heads H, a multiple of the key-value heads G. */
  heads: number;
  keyValueHeads: number;
  headDim: number;
  /** What scores are multiplied by; 1 / sqrt(headDim) where it is not given. */
  scale?: number;
}

export function scoreScale({ scale, headDim }: Pick<AttentionShape, 'scale' | 'headDim'>): number {
  return scale ?? 1 / Math.sqrt(headDim);
}

/** How heads lie in the tensors of attention, and the graph that they are traced into. */
export interface Layout extends AttentionShape {
  graph: Graph;
  /** Query heads per key head. */
  group: number;
}

export function layoutOf(graph: Graph, attrs: Record<string, unknown>): Layout {
  const shape = attrs as unknown as AttentionShape;
  return { ...shape, graph, group: shape.heads / shape.keyValueHeads };
}

/** `[B, T, H K]` to `[B, G, R, T, K]` */
export function splitQueries(layout: Layout, x: Value): Value {
  const { graph, batch, length, keyValueHeads, group } = layout;
  const split = reshape(graph, x, [batch, length, keyValueHeads, group, layout.headDim]);
  return transpose(graph, split, [0, 2, 3, 1, 4]);
}

/** `[B, T, G K]` to `[B, G, T, K]` */
export function splitKeys(
  { graph, batch, length, keyValueHeads, headDim }: Layout,
  x: Value,
): Value {
  return transpose(graph, reshape(graph, x, [batch, length, keyValueHeads, headDim]), [0, 2, 1, 3]);
}

export function mergeQueries({ graph, batch, length, heads, headDim }: Layout, x: Value): Value {
  return reshape(graph, transpose(graph, x, [0, 3, 1, 2, 4]), [batch, length, heads * headDim]);
}

export function mergeKeys(
  { graph, batch, length, keyValueHeads, headDim }: Layout,
  x: Value,
): Value {
  return reshape(graph, transpose(graph, x, [0, 2, 1, 3]), [
    batch,
    length,
    keyValueHeads * headDim,
  ]);
}
