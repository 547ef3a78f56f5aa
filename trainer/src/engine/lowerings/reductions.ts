import type { Value } from '../trace/graph.ts';
import { cast, matMul, reduce, type LoweringTable } from './lowering.ts';

const X = ['x'];

function axesOf(value: Value, axis: unknown): number[] {
  const rank = value.shape.length;
  const all = value.shape.map((_, index) => index);
  if (axis === undefined || axis === null) return all;
  const list = Array.isArray(axis) ? (axis as number[]) : [axis as number];
  return list.map((index) => (index < 0 ? index + rank : index));
}

function reduction(op: string): LoweringTable[string] {
  return {
    inputs: X,
    lower: ({ graph, inputs: [x], attrs }) => {
      const axes = axesOf(x!, attrs['axis'] ?? attrs['reductionIndices']);
      if (axes.length === 0) return x!;
      return reduce(graph, op, x!, { axes, keepDims: attrs['keepDims'] === true });
    },
  };
}

/** Any and All: ONNX reduces numbers only, so booleans go through integers. */
function booleanReduction(op: string): LoweringTable[string] {
  const numeric = reduction(op);
  return {
    inputs: X,
    lower: (call) => {
      const input = cast(call.graph, call.inputs[0]!, 'int32');
      const reduced = numeric.lower({ ...call, inputs: [input] }) as Value;
      return cast(call.graph, reduced, 'bool');
    },
  };
}

function argReduction(op: string): LoweringTable[string] {
  return {
    inputs: X,
    lower: ({ graph, inputs: [x], attrs }) => {
      const [axis] = axesOf(x!, attrs['axis']);
      const shape = x!.shape.toSpliced(axis!, 1);
      const attributes = { axis: axis!, keepdims: 0 };
      return cast(graph, graph.emit(op, [x!], { shape, dtype: 'int64' }, { attributes }), 'int32');
    },
  };
}

function alongLastAxis(op: string, input: string): LoweringTable[string] {
  return {
    inputs: [input],
    lower: ({ graph, inputs: [x] }) =>
      graph.emit(op, [x!], { shape: x!.shape, dtype: x!.dtype }, { attributes: { axis: -1 } }),
  };
}

/** Kernels that sum, compare or normalise over axes. */
export const reductions: LoweringTable = {
  Sum: reduction('ReduceSum'),
  Mean: reduction('ReduceMean'),
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  All: booleanReduction('ReduceMin'),
  Any: booleanReduction('ReduceMax'),
  ArgMax: argReduction('ArgMax'),
  ArgMin: argReduction('ArgMin'),
  Softmax: alongLastAxis('Softmax', 'logits'),
  LogSoftmax: alongLastAxis('LogSoftmax', 'logits'),
  Cumsum: {
    inputs: X,
    lower: ({ graph, inputs: [x], attrs }) => {
      const { axis, exclusive, reverse } = attrs as {
        axis: number;
        exclusive: boolean;
        reverse: boolean;
      };
      const attributes = { exclusive: Number(exclusive), reverse: Number(reverse) };
      const output = { shape: x!.shape, dtype: x!.dtype };
      return graph.emit('CumSum', [x!, graph.ints([axis])], output, { attributes });
    },
  },
  BatchMatMul: {
    inputs: ['a', 'b'],
    lower: ({ graph, inputs: [a, b], attrs }) =>
      matMul(graph, a!, b!, {
        transA: attrs['transposeA'] === true,
        transB: attrs['transposeB'] === true,
      }),
  },
};
