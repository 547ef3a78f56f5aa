import { slice_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Dtype, HostArray } from '../program.ts';
import type { Value } from '../trace/graph.ts';
import {
  cast,
  concat,
  fill,
  type Lowering,
  type LoweringTable,
  reshape,
  slice,
  transpose,
} from './lowering.ts';

const X = ['x'];

const sliceAll: Lowering = ({ graph, inputs: [x], attrs }) => {
  const [starts, sizes] = slice_util.parseSliceParams(
    { ...x!, shape: [...x!.shape] } as unknown as TensorInfo,
    attrs['begin'] as number[],
    attrs['size'] as number[],
  ) as [number[], number[]];
  const ends = starts.map((start, axis) => start + sizes[axis]!);
  const axes = starts.map((_, axis) => axis);
  const changed = axes.filter((axis) => starts[axis] !== 0 || ends[axis] !== x!.shape[axis]);
  if (changed.length === 0) return x!;
  if (x!.dtype === 'int32' && !graph.target.hasAllOperators)
    return changed.reduce(
      (cut, axis) => slice(graph, cut, { axis, start: starts[axis]!, end: ends[axis]! }),
      x!,
    );
  const shape = ends.map((end, axis) => end - starts[axis]!);
  const inputs = [
    x!,
    graph.ints(changed.map((axis) => starts[axis]!)),
    graph.ints(changed.map((axis) => ends[axis]!)),
    graph.ints(changed),
  ];
  return graph.emit('Slice', inputs, { shape, dtype: x!.dtype });
};

const splitV: Lowering = ({ graph, inputs: [x], attrs }) => {
  const axis = normalizeAxis(attrs['axis'] as number, x!);
  const given = attrs['numOrSizeSplits'] as number | number[];
  const sizes =
    typeof given === 'number'
      ? Array.from({ length: given }, () => x!.shape[axis]! / given)
      : given;
  const outputs = sizes.map((size) => ({
    shape: x!.shape.map((old, index) => (index === axis ? size : old)),
    dtype: x!.dtype,
  }));
  if (sizes.length + 1 > graph.target.maxBuffers) {
    const starts = sizes.map((_, index) => sizes.slice(0, index).reduce((sum, n) => sum + n, 0));
    return sizes.map((size, index) =>
      slice(graph, x!, { axis, start: starts[index]!, end: starts[index]! + size }),
    );
  }
  const split = graph.ints(sizes);
  return graph.emitMany('Split', [x!, split], outputs, { attributes: { axis } }) as Value[];
};

const tile: Lowering = ({ graph, inputs: [x], attrs }) => {
  const reps = attrs['reps'] as number[];
  const shape = x!.shape.map((size, axis) => size * reps[axis]!);
  return graph.emit('Tile', [x!, graph.ints(reps)], { shape, dtype: x!.dtype });
};

const pad: Lowering = ({ graph, inputs: [x], attrs }) => {
  const paddings = attrs['paddings'] as [number, number][];
  const shape = x!.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]);
  const pads = graph.ints([...paddings.map(([low]) => low), ...paddings.map(([, high]) => high)]);
  const value = cast(graph, graph.scalar(attrs['constantValue'] as number), x!.dtype);
  return graph.emit('Pad', [x!, pads, value], { shape, dtype: x!.dtype });
};

const filled: Lowering = ({ graph, attrs }) => {
  const value = fill(graph, attrs['shape'] as number[], attrs['value'] as number);
  return cast(graph, value, (attrs['dtype'] as Dtype | undefined) ?? 'float32');
};

const range: Lowering = ({ graph, attrs }) => {
  const { start, stop, step, dtype } = attrs as Record<'start' | 'stop' | 'step', number> & {
    dtype: Dtype;
  };
  const count = Math.max(0, Math.ceil((stop - start) / step));
  const numbers = Array.from({ length: count }, (_, index) => start + index * step);
  const data: HostArray = dtype === 'int32' ? Int32Array.from(numbers) : Float32Array.from(numbers);
  return graph.constant(data, [count], dtype);
};

function normalizeAxis(axis: number, value: Value): number {
  return axis < 0 ? axis + value.shape.length : axis;
}

/** Kernels that move, cut or make values without arithmetic. */
export const shape: LoweringTable = {
  Reshape: {
    inputs: X,
    lower: ({ graph, inputs: [x], attrs }) => {
      const wanted = attrs['shape'] as number[];
      const total = x!.shape.reduce((product, size) => product * size, 1);
      const known = wanted.reduce((product, size) => (size === -1 ? product : product * size), 1);
      return reshape(
        graph,
        x!,
        wanted.map((size) => (size === -1 ? total / known : size)),
      );
    },
  },
  ExpandDims: {
    inputs: ['input'],
    lower: ({ graph, inputs: [x], attrs }) => {
      const dim = attrs['dim'] as number;
      const axis = dim < 0 ? x!.shape.length + dim + 1 : dim;
      return reshape(graph, x!, x!.shape.toSpliced(axis, 0, 1));
    },
  },
  Transpose: {
    inputs: X,
    lower: ({ graph, inputs: [x], attrs }) => transpose(graph, x!, attrs['perm'] as number[]),
  },
  Concat: {
    inputs: [],
    lower: ({ graph, inputs, attrs }) =>
      concat(graph, inputs, normalizeAxis(attrs['axis'] as number, inputs[0]!)),
  },
  Pack: {
    inputs: [],
    lower: ({ graph, inputs, attrs }) => {
      const given = attrs['axis'] as number;
      const axis = given < 0 ? given + inputs[0]!.shape.length + 1 : given;
      const lifted = inputs.map((x) => reshape(graph, x, x.shape.toSpliced(axis, 0, 1)));
      return concat(graph, lifted, axis);
    },
  },
  Slice: { inputs: X, lower: sliceAll },
  SplitV: { inputs: X, lower: splitV },
  Tile: { inputs: X, lower: tile },
  PadV2: { inputs: X, lower: pad },
  BroadcastTo: {
    inputs: X,
    lower: ({ graph, inputs: [x], attrs }) => {
      const wanted = attrs['shape'] as number[];
      return graph.emit('Expand', [x!, graph.ints(wanted)], { shape: wanted, dtype: x!.dtype });
    },
  },
  Fill: { inputs: [], lower: filled },
  Range: { inputs: [], lower: range },
};
