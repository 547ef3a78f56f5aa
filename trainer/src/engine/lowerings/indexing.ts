import type { Graph, Value } from '../trace/graph.ts';
import { cast, fill, type Lowering, type LoweringTable, reshape } from './lowering.ts';

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
  const indices = columnIndices(graph, segmentIds!);
  return scatterAdd(graph, { data: fill(graph, shape, 0), indices, updates: x! });
};

const scatterNd: Lowering = ({ graph, inputs: [indices, updates], attrs }) => {
  const data = fill(graph, attrs['shape'] as number[], 0);
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
