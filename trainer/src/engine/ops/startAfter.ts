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
  return binary(graph, 'Add', graph.ints([start]), nothingAfter(graph, before, 'int64'));
}

/**
 * 0 as float32 `[1]`, known only once all of `before` have been computed: what is added to a slice on a device,
 * where a start that the graph computes would make the host wait.
 */
export function zeroAfter(graph: Graph, before: readonly Value[]): Value {
  return nothingAfter(graph, before, 'float32');
}

/** A slice that is another node than one with the same bounds, so that the two are not merged. */
export function sliceAgain(
  graph: Graph,
  x: Value,
  { axis, start, end }: { axis: number; start: number; end: number },
): Value {
  const shape = x.shape.map((size, index) => (index === axis ? end - start : size));
  const [first, last, axes, steps] = [[start], [end], [axis], [1]].map((n) => graph.ints(n));
  return graph.emit('Slice', [x, first!, last!, axes!, steps!], { shape, dtype: x.dtype });
}

/** No number is greater than itself, so this is 0 whatever the values are. */
function nothingAfter(graph: Graph, before: readonly Value[], dtype: 'int64' | 'float32'): Value {
  const number = before
    .map((value) => firstOf(graph, value))
    .reduce((sum, next) => binary(graph, 'Add', sum, next));
  const isGreater = graph.emit('Greater', [number, number], { shape: [1], dtype: 'bool' });
  return cast(graph, isGreater, dtype);
}

/** Its first element, `[1]`; the shape on record can be larger than the one that it turns out to have. */
function firstOf(graph: Graph, value: Value): Value {
  const shape = [value.shape.reduce((product, length) => product * length, 1)];
  const flat = graph.emit('Reshape', [value, graph.ints([-1])], { shape, dtype: value.dtype });
  return slice(graph, flat, { axis: 0, start: 0, end: 1 });
}
