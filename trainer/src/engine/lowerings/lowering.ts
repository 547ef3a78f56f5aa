import type { Graph, Value } from '../trace/graph.ts';

/** What one call of a tfjs kernel gives to its lowering. */
interface KernelCall {
  graph: Graph;
  /** Inputs in the order in which tfjs names them. */
  inputs: Value[];
  attrs: Record<string, unknown>;
}

/** Turns one call of a tfjs kernel into nodes of an ONNX graph. */
export type Lowering = (call: KernelCall) => Value | Value[];

export type LoweringTable = Record<string, { inputs: readonly string[]; lower: Lowering }>;

export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const sizeA = a[axis - rank + a.length] ?? 1;
    const sizeB = b[axis - rank + b.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      throw new Error(`shapes [${a.join()}] and [${b.join()}] do not broadcast`);
    }
    return sizeA === 1 ? sizeB : sizeA;
  });
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

export function reshape(graph: Graph, value: Value, shape: readonly number[]): Value {
  if (sameShape(value.shape, shape)) return value;
  return graph.emit('Reshape', [value, graph.ints(shape)], { shape, dtype: value.dtype });
}

export function transpose(graph: Graph, value: Value, perm: readonly number[]): Value {
  if (perm.every((axis, index) => axis === index)) return value;
  const shape = perm.map((axis) => value.shape[axis]!);
  const attributes = { perm };
  return graph.emit('Transpose', [value], { shape, dtype: value.dtype }, { attributes });
}

export function cast(graph: Graph, value: Value, dtype: Value['dtype']): Value {
  if (value.dtype === dtype) return value;
  const to = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 }[dtype];
  return graph.emit('Cast', [value], { shape: value.shape, dtype }, { attributes: { to } });
}

/** Elements `[start, end)` along one axis; where integers have no slices they are below 2^24. */
export function slice(
  graph: Graph,
  value: Value,
  { axis, start, end }: { axis: number; start: number; end: number },
): Value {
  if (start === 0 && end === value.shape[axis]) return value;
  if (value.dtype === 'int32' && !graph.target.hasAllOperators)
    return cast(graph, slice(graph, cast(graph, value, 'float32'), { axis, start, end }), 'int32');
  const shape = value.shape.map((size, index) => (index === axis ? end - start : size));
  const inputs = [value, graph.ints([start]), graph.ints([end]), graph.ints([axis])];
  return graph.emit('Slice', inputs, { shape, dtype: value.dtype });
}

export function concat(graph: Graph, values: readonly Value[], axis: number): Value {
  if (values.length === 1) return values[0]!;
  const most = graph.target.maxBuffers - 1;
  if (values.length > most) {
    const parts = Array.from({ length: Math.ceil(values.length / most) }, (_, part) =>
      concat(graph, values.slice(part * most, (part + 1) * most), axis),
    );
    return concat(graph, parts, axis);
  }
  const total = values.reduce((sum, value) => sum + value.shape[axis]!, 0);
  const shape = values[0]!.shape.map((size, index) => (index === axis ? total : size));
  return graph.emit('Concat', values, { shape, dtype: values[0]!.dtype }, { attributes: { axis } });
}

/** A tensor of one repeated value, kept as a scalar plus `Expand` instead of a large initializer. */
export function fill(graph: Graph, shape: readonly number[], number: number): Value {
  const scalar = graph.scalar(number);
  if (shape.length === 0) return scalar;
  return graph.emit('Expand', [scalar, graph.ints(shape)], { shape, dtype: 'float32' });
}

/** `alpha * a b`, either side transposed in its last two axes; batch axes broadcast. */
export function matMul(
  graph: Graph,
  a: Value,
  b: Value,
  options: { transA?: boolean; transB?: boolean; alpha?: number } = {},
): Value {
  const { transA = false, transB = false, alpha = 1 } = options;
  const rows = a.shape.at(transA ? -1 : -2)!;
  const columns = b.shape.at(transB ? -2 : -1)!;
  const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const output = { shape: [...batch, rows, columns], dtype: a.dtype };
  if (!transA && !transB && alpha === 1) return graph.emit('MatMul', [a, b], output);
  const attributes = { transA: Number(transA), transB: Number(transB), alpha: { float: alpha } };
  if (graph.target.hasFusedMatMul)
    return graph.emit('FusedMatMul', [a, b], output, { attributes, domain: 'com.microsoft' });
  if (a.shape.length === 2 && b.shape.length === 2)
    return graph.emit('Gemm', [a, b], output, { attributes });
  const turned = (value: Value, isTurned: boolean): Value =>
    isTurned ? transpose(graph, value, lastTwoSwapped(value)) : value;
  const product = graph.emit('MatMul', [turned(a, transA), turned(b, transB)], output);
  return alpha === 1 ? product : binary(graph, 'Mul', product, graph.scalar(alpha));
}

function lastTwoSwapped({ shape }: Value): number[] {
  const axes = shape.map((_, axis) => axis);
  return [...axes.slice(0, -2), ...axes.slice(-2).reverse()];
}

/** Whether either is true. */
export function either(graph: Graph, a: Value, b: Value): Value {
  const output = { shape: broadcastShape(a.shape, b.shape), dtype: 'bool' } as const;
  if (graph.target.hasAllOperators) return graph.emit('Or', [a, b], output);
  const inputs = [unary(graph, 'Not', a), unary(graph, 'Not', b)];
  return unary(graph, 'Not', graph.emit('And', inputs, output));
}

/** Elementwise operators on two operands that broadcast. */
export function binary(graph: Graph, op: string, a: Value, b: Value): Value {
  const output = { shape: broadcastShape(a.shape, b.shape), dtype: a.dtype };
  return graph.emit(op, [a, b], output);
}

export function unary(graph: Graph, op: string, value: Value): Value {
  return graph.emit(op, [value], { shape: value.shape, dtype: value.dtype });
}

export function reduce(
  graph: Graph,
  op: string,
  value: Value,
  { axes, keepDims = false }: { axes: readonly number[]; keepDims?: boolean },
): Value {
  const shape = value.shape.flatMap((size, axis) =>
    axes.includes(axis) ? (keepDims ? [1] : []) : [size],
  );
  if ((op === 'ReduceMax' || op === 'ReduceMin') && !graph.target.hasReduceMax)
    return extreme(graph, value, { axes, shape, isLargest: op === 'ReduceMax' });
  const attributes = { keepdims: Number(keepDims) };
  return graph.emit(op, [value, graph.ints(axes)], { shape, dtype: value.dtype }, { attributes });
}

/** The largest or smallest over some axes, as the first of a `TopK` along them. */
function extreme(
  graph: Graph,
  value: Value,
  {
    axes,
    shape,
    isLargest,
  }: { axes: readonly number[]; shape: readonly number[]; isLargest: boolean },
): Value {
  const kept = value.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const turned = transpose(graph, cast(graph, value, 'float32'), [...kept, ...axes]);
  const rows = kept.map((axis) => value.shape[axis]!);
  const flat = reshape(graph, turned, [
    ...rows,
    axes.reduce((n, axis) => n * value.shape[axis]!, 1),
  ]);
  const outputs = [
    { shape: [...rows, 1], dtype: 'float32' as const },
    { shape: [...rows, 1], dtype: 'int64' as const },
  ];
  const attributes = { axis: -1, largest: Number(isLargest) };
  const [first] = graph.emitMany('TopK', [flat, graph.ints([1])], outputs, { attributes });
  return cast(graph, reshape(graph, first!, shape), value.dtype);
}
