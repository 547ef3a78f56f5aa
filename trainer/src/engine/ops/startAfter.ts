import { binary, cast, slice } from '../lowerings/lowering.ts';
import type { Graph, Value } from '../trace/graph.ts';

/**
 * `start` as int64 `[1]`, known only once all of `before` have been computed.
 *
 * ONNX Runtime orders nodes that do not depend on each other as it likes, and would begin every part of a
 * computation before it ends the first; what a part needs is then in memory once per part. So the
 * start of a part's slice is computed from values of the part before.
 *
 * @param before float32, any shapes
 */
export function startAfter(graph: Graph, start: number, before: readonly Value[]): Value {
  const number = before
    .map((value) => firstOf(graph, value))
    .reduce((sum, next) => binary(graph, 'Add', sum, next));
  // No number is greater than itself, so this is 0 whatever the value is.
  const isGreater = graph.emit('Greater', [number, number], { shape: [1], dtype: 'bool' });
  return binary(graph, 'Add', graph.ints([start]), cast(graph, isGreater, 'int64'));
}

/** Its first element, `[1]`; the shape on record can be larger than the one that it turns out to have. */
function firstOf(graph: Graph, value: Value): Value {
  const shape = [value.shape.reduce((product, length) => product * length, 1)];
  const flat = graph.emit('Reshape', [value, graph.ints([-1])], { shape, dtype: value.dtype });
  return slice(graph, flat, { axis: 0, start: 0, end: 1 });
}
