import type { Graph, Value } from '../trace/graph.ts';
import {
  binary,
  cast,
  concat,
  either,
  fill,
  type Lowering,
  type LoweringTable,
  reshape,
  slice,
} from './lowering.ts';

const gather: Lowering = ({ graph, inputs: [x, indices], attrs }) => {
  if ((attrs['batchDims'] as number | undefined) ?? 0) throw new Error('gather: no batch axes');
  const given = attrs['axis'] as number;
  const axis = given < 0 ? given + x!.shape.length : given;
  const shape = [...x!.shape.slice(0, axis), ...indices!.shape, ...x!.shape.slice(axis + 1)];
  return graph.emit('Gather', [x!, indices!], { shape, dtype: x!.dtype }, { attributes: { axis } });
};

/** The gradient of `gather` along the first axis: adds rows that share an index. */
const segmentSum: Lowering = ({ graph, inputs: [x, segmentIds], attrs }) => {
  const rows = attrs['numSegments'] as number;
  const rank = segmentIds!.shape.length;
  const shape = [rows, ...x!.shape.slice(rank)];
  if (!graph.target.addsRepeatedRows) return elementSums(graph, x!, segmentIds!, shape);
  const bytes = 4 * shape.reduce((product, size) => product * size, 1);
  const parts = Math.ceil(bytes / graph.target.maxScatterBytes);
  if (parts > 1) return segmentSums(graph, x!, segmentIds!, { shape, parts });
  const indices = columnIndices(graph, segmentIds!);
  return scatterAdd(graph, { data: fill(graph, shape, 0), indices, updates: x! });
};

/** Places along the first axes as numbers of rows, as if these axes were one. */
function rowNumbers(
  graph: Graph,
  indices: Value,
  shape: readonly number[],
): { rows: number; ids: Value } {
  const depth = indices.shape.at(-1)!;
  const head = shape.slice(0, depth);
  const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  const strides = Int32Array.from(head, (_, axis) => product(head.slice(axis + 1)));
  const scaled = graph.emit('Mul', [indices, graph.constant(strides, [depth], 'int32')], {
    shape: indices.shape,
    dtype: 'int32',
  });
  const ids = graph.emit(
    'ReduceSum',
    [scaled, graph.ints([indices.shape.length - 1])],
    { shape: indices.shape.slice(0, -1), dtype: 'int32' },
    { attributes: { keepdims: 0 } },
  );
  return { rows: product(head), ids };
}

/** Element by element, which one thread does. */
function elementSums(graph: Graph, x: Value, segmentIds: Value, shape: number[]): Value {
  const [rows = 1, ...rest] = shape;
  const count = segmentIds.shape.reduce((product, size) => product * size, 1);
  const width = rest.reduce((product, size) => product * size, 1);
  const column = reshape(graph, segmentIds, [count, 1]);
  const places = graph.emit('Expand', [column, graph.ints([count, width])], {
    shape: [count, width],
    dtype: segmentIds.dtype,
  });
  const inputs = [fill(graph, [rows, width], 0), places, reshape(graph, x, [count, width])];
  const output = { shape: [rows, width], dtype: x.dtype };
  const sums = graph.emit('ScatterElements', inputs, output, {
    attributes: { axis: 0, reduction: 'add' },
  });
  return reshape(graph, sums, shape);
}

/** The sums of some rows at a time; what belongs to others goes into a row more, which is cut off. */
function segmentSums(
  graph: Graph,
  x: Value,
  segmentIds: Value,
  { shape: [rows = 1, ...rest], parts }: { shape: number[]; parts: number },
): Value {
  const size = Math.ceil(rows / parts);
  const ids = cast(graph, segmentIds, 'float32');
  const sums = Array.from({ length: Math.ceil(rows / size) }, (_, part) => {
    const [start, count] = [part * size, Math.min(size, rows - part * size)];
    const own = binary(graph, 'Sub', ids, graph.scalar(start));
    const compared = { shape: own.shape, dtype: 'bool' } as const;
    const isBefore = graph.emit('Less', [own, graph.scalar(0)], compared);
    const isAfter = graph.emit('Greater', [own, graph.scalar(count - 1)], compared);
    const elsewhere = [either(graph, isBefore, isAfter), graph.scalar(count), own];
    const row = graph.emit('Where', elsewhere, { shape: own.shape, dtype: 'float32' });
    const data = fill(graph, [count + 1, ...rest], 0);
    const sum = scatterAdd(graph, { data, indices: columnIndices(graph, row), updates: x });
    return slice(graph, sum, { axis: 0, start: 0, end: count });
  });
  return concat(graph, sums, 0);
}

const scatterNd: Lowering = ({ graph, inputs: [indices, updates], attrs }) => {
  const shape = attrs['shape'] as number[];
  if (!graph.target.addsRepeatedRows) {
    const { rows, ids } = rowNumbers(graph, indices!, shape);
    const rest = shape.slice(indices!.shape.at(-1));
    return reshape(graph, elementSums(graph, updates!, ids, [rows, ...rest]), shape);
  }
  const data = fill(graph, shape, 0);
  return scatterAdd(graph, { data, indices: cast(graph, indices!, 'int64'), updates: updates! });
};

const scatterUpdate: Lowering = ({ graph, inputs: [tensor, indices, updates] }) => {
  const output = { shape: tensor!.shape, dtype: tensor!.dtype };
  return graph.emit('ScatterND', [tensor!, cast(graph, indices!, 'int64'), updates!], output);
};

const gatherNd: Lowering = ({ graph, inputs: [x, indices] }) => {
  const depth = indices!.shape.at(-1)!;
  const shape = [...indices!.shape.slice(0, -1), ...x!.shape.slice(depth)];
  const output = { shape, dtype: x!.dtype };
  return graph.emit('GatherND', [x!, cast(graph, indices!, 'int64')], output);
};

const oneHot: Lowering = ({ graph, inputs: [indices], attrs }) => {
  const { depth, onValue, offValue } = attrs as Record<'depth' | 'onValue' | 'offValue', number>;
  const shape = [...indices!.shape, depth];
  if (!graph.target.hasAllOperators) {
    const classes = graph.constant(
      Int32Array.from({ length: depth }, (_, index) => index),
      [depth],
      'int32',
    );
    const column = reshape(graph, indices!, [...indices!.shape, 1]);
    const isIt = graph.emit('Equal', [column, classes], { shape, dtype: 'bool' });
    const either = [isIt, graph.scalar(onValue), graph.scalar(offValue)];
    return graph.emit('Where', either, { shape, dtype: 'float32' });
  }
  const values = graph.constant(new Float32Array([offValue, onValue]), [2], 'float32');
  const inputs = [cast(graph, indices!, 'int64'), graph.ints([depth]), values];
  return graph.emit('OneHot', inputs, { shape, dtype: 'float32' });
};

const topK: Lowering = ({ graph, inputs: [x], attrs }) => {
  const k = attrs['k'] as number;
  const shape = [...x!.shape.slice(0, -1), k];
  const outputs = [
    { shape, dtype: x!.dtype },
    { shape, dtype: 'int64' as const },
  ];
  const [values, indices] = graph.emitMany('TopK', [x!, graph.ints([k])], outputs);
  return [values!, cast(graph, indices!, 'int32')];
};

function columnIndices(graph: Graph, indices: Value): Value {
  return reshape(graph, cast(graph, indices, 'int64'), [...indices.shape, 1]);
}

function scatterAdd(
  graph: Graph,
  { data, indices, updates }: { data: Value; indices: Value; updates: Value },
): Value {
  const output = { shape: data.shape, dtype: data.dtype };
  const attributes = { reduction: 'add' };
  return graph.emit('ScatterND', [data, indices, updates], output, { attributes });
}

/** Kernels that pick or place values by index. */
export const indexing: LoweringTable = {
  GatherV2: { inputs: ['x', 'indices'], lower: gather },
  GatherNd: { inputs: ['params', 'indices'], lower: gatherNd },
  ScatterNd: { inputs: ['indices', 'updates'], lower: scatterNd },
  TensorScatterUpdate: { inputs: ['tensor', 'indices', 'updates'], lower: scatterUpdate },
  UnsortedSegmentSum: { inputs: ['x', 'segmentIds'], lower: segmentSum },
  OneHot: { inputs: ['indices'], lower: oneHot },
  TopK: { inputs: ['x'], lower: topK },
};
