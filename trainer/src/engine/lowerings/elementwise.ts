import type { Graph, Value } from '../trace/graph.ts';
import {
  binary,
  broadcastShape,
  cast,
  either,
  fill,
  type Lowering,
  type LoweringTable,
  sameShape,
  unary,
} from './lowering.ts';

const AB = ['a', 'b'];
const X = ['x'];

function arithmetic(op: string): LoweringTable[string] {
  return { inputs: AB, lower: ({ graph, inputs: [a, b] }) => binary(graph, op, a!, b!) };
}

function comparison(op: string): LoweringTable[string] {
  const lower: Lowering = ({ graph, inputs: [a, b] }) =>
    graph.emit(op, [a!, b!], { shape: broadcastShape(a!.shape, b!.shape), dtype: 'bool' });
  return { inputs: AB, lower };
}

function pointwise(op: string): LoweringTable[string] {
  return { inputs: X, lower: ({ graph, inputs: [x] }) => unary(graph, op, x!) };
}

function composed(lower: (graph: Graph, x: Value) => Value): LoweringTable[string] {
  return { inputs: X, lower: ({ graph, inputs: [x] }) => lower(graph, x!) };
}

/** Whether every element is known to equal this number. */
function isAll(value: Value, number: number): boolean {
  return value.constant?.length === 1 && Number(value.constant[0]) === number;
}

/** `op` with the operand that changes nothing taken away (`x + 0`, `x * 1`). */
function withIdentity(
  op: string,
  identity: number,
  sides: 'both' | 'right',
): LoweringTable[string] {
  const lower: Lowering = ({ graph, inputs }) => {
    const [a, b] = inputs as [Value, Value];
    const shape = broadcastShape(a.shape, b.shape);
    if (isAll(b, identity) && sameShape(shape, a.shape)) return a;
    if (sides === 'both' && isAll(a, identity) && sameShape(shape, b.shape)) return b;
    return binary(graph, op, a, b);
  };
  return { inputs: AB, lower };
}

function select({ graph, inputs }: Parameters<Lowering>[0]): Value {
  const [condition, t, e] = inputs as [Value, Value, Value];
  const output = { shape: t.shape, dtype: t.dtype };
  return graph.emit('Where', [cast(graph, condition, 'bool'), t, e], output);
}

/** Kernels that work element by element. */
export const elementwise: LoweringTable = {
  Add: withIdentity('Add', 0, 'both'),
  AddN: {
    inputs: [],
    lower: ({ graph, inputs }) =>
      graph.target.hasAllOperators
        ? graph.emit('Sum', inputs, { shape: inputs[0]!.shape, dtype: inputs[0]!.dtype })
        : inputs.reduce((sum, next) => binary(graph, 'Add', sum, next)),
  },
  Sub: withIdentity('Sub', 0, 'right'),
  Multiply: withIdentity('Mul', 1, 'both'),
  RealDiv: withIdentity('Div', 1, 'right'),
  Maximum: arithmetic('Max'),
  Minimum: arithmetic('Min'),
  Pow: arithmetic('Pow'),
  // The sign of the divisor, as tfjs has it: with fmod 0 ONNX takes integers only.
  Mod: {
    inputs: AB,
    lower: ({ graph, inputs: [a, b] }) => {
      const turns = unary(graph, 'Floor', binary(graph, 'Div', a!, b!));
      return binary(graph, 'Sub', a!, binary(graph, 'Mul', turns, b!));
    },
  },
  SquaredDifference: {
    inputs: AB,
    lower: ({ graph, inputs: [a, b] }) => {
      const difference = binary(graph, 'Sub', a!, b!);
      return binary(graph, 'Mul', difference, difference);
    },
  },
  Equal: comparison('Equal'),
  NotEqual: {
    inputs: AB,
    lower: ({ graph, inputs: [a, b] }) => {
      const shape = broadcastShape(a!.shape, b!.shape);
      const equal = graph.emit('Equal', [a!, b!], { shape, dtype: 'bool' });
      return unary(graph, 'Not', equal);
    },
  },
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  LogicalAnd: comparison('And'),
  LogicalOr: { inputs: AB, lower: ({ graph, inputs: [a, b] }) => either(graph, a!, b!) },
  LogicalNot: pointwise('Not'),
  Abs: pointwise('Abs'),
  Cos: pointwise('Cos'),
  Exp: pointwise('Exp'),
  Floor: pointwise('Floor'),
  Log: pointwise('Log'),
  Neg: pointwise('Neg'),
  Reciprocal: pointwise('Reciprocal'),
  Relu: pointwise('Relu'),
  Sigmoid: pointwise('Sigmoid'),
  Sign: composed(sign),
  Sin: pointwise('Sin'),
  Softplus: pointwise('Softplus'),
  Sqrt: pointwise('Sqrt'),
  Tanh: pointwise('Tanh'),
  // The slope of relu: 1 above 0, else `alpha`, which is 0 there.
  Step: {
    inputs: X,
    lower: ({ graph, inputs: [x], attrs }) => {
      const above = graph.emit('Greater', [x!, graph.scalar(0)], {
        shape: x!.shape,
        dtype: 'bool',
      });
      const alpha = attrs['alpha'] as number;
      const output = { shape: x!.shape, dtype: x!.dtype };
      return graph.emit('Where', [above, graph.scalar(1), graph.scalar(alpha)], output);
    },
  },
  Rsqrt: composed((graph, x) => unary(graph, 'Reciprocal', unary(graph, 'Sqrt', x))),
  Square: composed((graph, x) => binary(graph, 'Mul', x, x)),
  Expm1: composed(expm1),
  Log1p: composed(log1p),
  IsFinite: composed((graph, x) => {
    // NaN and infinity both fail this one comparison.
    const limit = graph.scalar(3.4028234663852886e38);
    return graph.emit('LessOrEqual', [unary(graph, 'Abs', x), limit], {
      shape: x.shape,
      dtype: 'bool',
    });
  }),
  Select: { inputs: ['condition', 't', 'e'], lower: select },
  ZerosLike: composed((graph, x) => cast(graph, fill(graph, x.shape, 0), x.dtype)),
  OnesLike: composed((graph, x) => cast(graph, fill(graph, x.shape, 1), x.dtype)),
  Identity: composed((_, x) => x),
  Cast: {
    inputs: X,
    lower: ({ graph, inputs: [x], attrs }) => cast(graph, x!, attrs['dtype'] as Value['dtype']),
  },
  ClipByValue: {
    inputs: X,
    lower: ({ graph, inputs: [x], attrs }) => {
      const low = graph.scalar(attrs['clipValueMin'] as number);
      const high = graph.scalar(attrs['clipValueMax'] as number);
      return graph.emit('Clip', [x!, low, high], { shape: x!.shape, dtype: x!.dtype });
    },
  },
};

function sign(graph: Graph, x: Value): Value {
  if (graph.target.hasAllOperators) return unary(graph, 'Sign', x);
  const output = { shape: x.shape, dtype: x.dtype };
  const is = (op: string): Value =>
    graph.emit(op, [x, graph.scalar(0)], { shape: x.shape, dtype: 'bool' });
  const orLess = graph.emit('Where', [is('Less'), graph.scalar(-1), x], output);
  return graph.emit('Where', [is('Greater'), graph.scalar(1), orLess], output);
}

/**
 * ONNX has no expm1. With u = exp(x): (u - 1) x / log(u) is exact to rounding where u - 1 cancels
 * (Kahan), so it is used for |x| < 0.5 and exp(x) - 1 elsewhere; u = 1 gives x itself.
 */
function expm1(graph: Graph, x: Value): Value {
  const one = graph.scalar(1);
  const u = unary(graph, 'Exp', x);
  const minusOne = binary(graph, 'Sub', u, one);
  const isOne = graph.emit('Equal', [u, one], { shape: x.shape, dtype: 'bool' });
  const logarithm = unary(graph, 'Log', u);
  const output = { shape: x.shape, dtype: x.dtype };
  const divisor = graph.emit('Where', [isOne, one, logarithm], output);
  const exact = binary(graph, 'Mul', minusOne, binary(graph, 'Div', x, divisor));
  const near = graph.emit('Where', [isOne, x, exact], output);
  const isSmall = graph.emit('Less', [unary(graph, 'Abs', x), graph.scalar(0.5)], {
    shape: x.shape,
    dtype: 'bool',
  });
  return graph.emit('Where', [isSmall, near, minusOne], output);
}

/** ONNX has no log1p. With u = 1 + x: x log(u) / (u - 1) is exact to rounding (Kahan); u = 1 gives x. */
function log1p(graph: Graph, x: Value): Value {
  const one = graph.scalar(1);
  const u = binary(graph, 'Add', x, one);
  const minusOne = binary(graph, 'Sub', u, one);
  const isOne = graph.emit('Equal', [u, one], { shape: x.shape, dtype: 'bool' });
  const output = { shape: x.shape, dtype: x.dtype };
  const divisor = graph.emit('Where', [isOne, one, minusOne], output);
  const ratio = binary(graph, 'Div', unary(graph, 'Log', u), divisor);
  return graph.emit('Where', [isOne, x, binary(graph, 'Mul', x, ratio)], output);
}
