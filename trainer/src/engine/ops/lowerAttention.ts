import {
  binary,
  cast,
  concat,
  either,
  type Lowering,
  matMul,
  reduce,
  reshape,
  slice,
} from '../lowerings/lowering.ts';
import type { Graph, Value } from '../trace/graph.ts';
import {
  type Layout,
  layoutOf,
  MASKED,
  mergeKeys,
  mergeQueries,
  scoreScale,
  splitKeys,
  splitQueries,
} from './attentionLayout.ts';
import { sliceAgain, startAfter, zeroAfter } from './startAfter.ts';

/** One block of queries with the keys it can see. */
interface Block {
  start: number;
  end: number;
  /** The first key that any query of the block sees: int64 `[1]`, known when the graph runs; null for 0. */
  firstKey: Value | null;
  /** float32 `[B, 1, queries, keys]`, or with one more axis where key heads are shared. */
  bias: Value;
  /**
   * What must have been computed before the block is begun: every slice of the block waits for it. So one block's
   * scores are in memory at a time, and no slice is the same as one of the forward pass, which would be kept.
   */
  before?: readonly Value[];
}

/**
 * Attention block by block over queries. The keys of a block end at its last query and start at the
 * first record that its queries belong to, which is a slice whose start is computed by the graph.
 */
export const lowerAttention: Lowering = ({ graph, inputs, attrs }) => {
  const layout = layoutOf(graph, attrs);
  const [q, k, v, starts] = inputs as [Value, Value, Value, Value];
  const queries = splitQueries(layout, q);
  const keys = splitKeys(layout, k);
  const values = splitKeys(layout, v);
  const scale = scoreScale(layout);
  const outputs = blocksOf(layout, starts).map((block) => {
    const queryBlock = takeQueries(layout, queries, block);
    const scores = matMul(graph, queryBlock, takeKeys(layout, keys, block), {
      transB: true,
      alpha: scale,
    });
    const p = probabilities(layout, scores, block);
    return spread(layout, matMul(graph, p, takeKeys(layout, values, block)), block);
  });
  return mergeQueries(layout, concat(graph, outputs, 3));
};

/**
 * dq, dk and dv, with the probabilities computed again. A single block repeats the very nodes of the
 * forward pass, which are then shared; with several blocks the scale is applied to the queries
 * instead, and slices start when the block may be begun, so that no common-subexpression pass keeps the
 * forward pass alive.
 */
export const lowerAttentionGrad: Lowering = ({ graph, inputs, attrs }) => {
  const layout = layoutOf(graph, attrs);
  const [q, k, v, starts, out, dOut] = inputs as [Value, Value, Value, Value, Value, Value];
  const queries = splitQueries(layout, q);
  const keys = splitKeys(layout, k);
  const values = splitKeys(layout, v);
  const dO = splitQueries(layout, dOut);
  const rowSum = reduce(graph, 'ReduceSum', binary(graph, 'Mul', dO, splitQueries(layout, out)), {
    axes: [4],
    keepDims: true,
  });
  const blocks = blocksOf(layout, starts);
  const isOnly = blocks.length === 1;
  const dQueries: Value[] = [];
  const dKeys = new KeySums(layout);
  const dValues = new KeySums(layout);
  const whole = { queries, keys, values, dO, rowSum, isOnly };
  let before: Value[] = [dOut];
  for (const block of blocks.toReversed()) {
    const begun = isOnly ? block : { ...block, before };
    const part = blockGradient(layout, begun, whole);
    before = [part.dq, part.dk, part.dv];
    dQueries.unshift(part.dq);
    dKeys.add(part.dk, block);
    dValues.add(part.dv, block);
  }
  const merged = mergeQueries(layout, concat(graph, dQueries, 3));
  return [merged, mergeKeys(layout, dKeys.total()), mergeKeys(layout, dValues.total())];
};

function blockGradient(
  layout: Layout,
  block: Block,
  args: Record<'queries' | 'keys' | 'values' | 'dO' | 'rowSum', Value> & { isOnly: boolean },
): { dq: Value; dk: Value; dv: Value } {
  const { graph } = layout;
  const scale = scoreScale(layout);
  const queryBlock = takeQueries(layout, args.queries, block);
  const keyBlock = takeKeys(layout, args.keys, block);
  const scaled = args.isOnly ? null : binary(graph, 'Mul', queryBlock, graph.scalar(scale));
  const scores =
    scaled === null
      ? matMul(graph, queryBlock, keyBlock, { transB: true, alpha: scale })
      : matMul(graph, scaled, keyBlock, { transB: true });
  const p = probabilities(layout, scores, block);
  const dOBlock = takeQueries(layout, args.dO, block);
  const dP = matMul(graph, dOBlock, takeKeys(layout, args.values, block), { transB: true });
  const rows = takeQueries(layout, args.rowSum, block);
  const dScores = binary(graph, 'Mul', p, binary(graph, 'Sub', dP, rows));
  const dk = matMul(graph, dScores, scaled ?? queryBlock, {
    transA: true,
    alpha: scaled === null ? scale : 1,
  });
  return {
    dq: spread(layout, matMul(graph, dScores, keyBlock, { alpha: scale }), block),
    dk,
    dv: matMul(graph, p, dOBlock, { transA: true }),
  };
}

/**
 * Adds up gradients of keys from the last block to the first. The keys from a block's start on get
 * nothing more from earlier blocks, so they leave the running sum; this also makes each block wait for the next.
 */
class KeySums {
  private readonly layout: Layout;
  private readonly pieces: Value[] = [];
  private sum: Value | null = null;

  constructor(layout: Layout) {
    this.layout = layout;
  }

  add(gradient: Value, block: Block): void {
    const { graph } = this.layout;
    const padded = padKeys(this.layout, gradient, block);
    const sum = this.sum === null ? padded : binary(graph, 'Add', this.sum, padded);
    this.pieces.unshift(slice(graph, sum, { axis: 2, start: block.start, end: block.end }));
    this.sum =
      block.start === 0 ? null : slice(graph, sum, { axis: 2, start: 0, end: block.start });
  }

  total(): Value {
    return concat(this.layout.graph, this.pieces, 2);
  }
}

function blocksOf(layout: Layout, starts: Value): Block[] {
  const { length, graph } = layout;
  // Blocks above the diagonal are never computed, so smaller blocks save work.
  const most = graph.target.attentionBlock;
  const size = length <= 2 * most ? length : most;
  return Array.from({ length: Math.ceil(length / size) }, (_, index) => {
    const start = index * size;
    const end = Math.min(length, start + size);
    const own = slice(graph, starts, { axis: 1, start, end });
    const firstKey = start === 0 || !graph.target.hasControl ? null : firstKeyOf(graph, own);
    return { start, end, firstKey, bias: biasOf(layout, own, { start, end, firstKey }) };
  });
}

function firstKeyOf(graph: Graph, starts: Value): Value {
  const least = reduce(graph, 'ReduceMin', starts, { axes: [0, 1] });
  return reshape(graph, cast(graph, least, 'int64'), [1]);
}

function biasOf(
  { graph, batch, group }: Layout,
  starts: Value,
  { start, end, firstKey }: Omit<Block, 'bias'>,
): Value {
  const all = Int32Array.from({ length: end }, (_, index) => index);
  const key = takeFrom(graph, graph.constant(all, [1, 1, end], 'int32'), {
    axis: 2,
    start: 0,
    end,
    firstKey,
  });
  const query = graph.constant(all.slice(start), [1, end - start, 1], 'int32');
  const shape = [batch, end - start, end];
  const own = reshape(graph, starts, [batch, end - start, 1]);
  const isFuture = graph.emit('Greater', [key, query], {
    shape: [1, ...shape.slice(1)],
    dtype: 'bool',
  });
  const isOther = graph.emit('Less', [key, own], { shape, dtype: 'bool' });
  const isHidden = either(graph, isFuture, isOther);
  const bias = binary(graph, 'Mul', cast(graph, isHidden, 'float32'), graph.scalar(MASKED));
  const axes = group === 1 ? [1] : [1, 2];
  const lifted = group === 1 ? [batch, 1, ...shape.slice(1)] : [batch, 1, 1, ...shape.slice(1)];
  return graph.emit('Unsqueeze', [bias, graph.ints(axes)], { shape: lifted, dtype: 'float32' });
}

/** The block's part of `[B, G, R, T, n]` as `[B, G, R queries, n]`. */
function takeQueries(
  { graph, batch, keyValueHeads, group }: Layout,
  x: Value,
  block: Block,
): Value {
  const { start, end, before } = block;
  const part = takeFrom(graph, x, { axis: 3, start, end, firstKey: null, before });
  const rows = group * (block.end - block.start);
  return reshape(graph, part, [batch, keyValueHeads, rows, x.shape[4]!]);
}

function spread(
  { graph, batch, keyValueHeads, group, headDim }: Layout,
  x: Value,
  block: Block,
): Value {
  return reshape(graph, x, [batch, keyValueHeads, group, block.end - block.start, headDim]);
}

function takeKeys({ graph }: Layout, x: Value, { end, firstKey, before }: Block): Value {
  return takeFrom(graph, x, { axis: 2, start: 0, end, firstKey, before });
}

interface Cut extends Pick<Block, 'end' | 'firstKey'> {
  axis: number;
  start: number;
  before?: Block['before'] | undefined;
}

/**
 * Elements from a start that the graph may compute; the shape on record is then the largest it can have. On a
 * device it is the slices of queries that wait for what is before, the others are only made anew.
 */
function takeFrom(graph: Graph, x: Value, { axis, start, end, firstKey, before }: Cut): Value {
  if (before === undefined && firstKey === null) return slice(graph, x, { axis, start, end });
  if (before !== undefined && !graph.target.hasControl) {
    const part = sliceAgain(graph, x, { axis, start, end });
    return axis === 3 ? binary(graph, 'Add', part, zeroAfter(graph, before)) : part;
  }
  const begin = before === undefined ? null : startAfter(graph, 0, before);
  const from = firstKey ?? (start === 0 ? null : graph.ints([start]));
  const first = from === null ? begin! : begin === null ? from : binary(graph, 'Add', from, begin);
  const shape = x.shape.map((size, index) => (index === axis ? end : size));
  const inputs = [x, first, graph.ints([end]), graph.ints([axis])];
  return graph.emit('Slice', inputs, { shape, dtype: x.dtype });
}

/** Zeros for the keys before the block's first one. */
function padKeys({ graph }: Layout, gradient: Value, { firstKey }: Block): Value {
  if (firstKey === null) return gradient;
  const zero = graph.ints([0]);
  const pads = graph.emit(
    'Concat',
    [zero, zero, firstKey, zero, zero, zero, zero, zero],
    {
      shape: [8],
      dtype: 'int64',
    },
    { attributes: { axis: 0 } },
  );
  return graph.emit('Pad', [gradient, pads], { shape: gradient.shape, dtype: gradient.dtype });
}

/** Softmax over keys of the masked scores, `[B, G, R queries, keys]`. */
function probabilities(layout: Layout, scores: Value, block: Block): Value {
  const { graph, batch, keyValueHeads, group } = layout;
  const queries = block.end - block.start;
  const softmax = (x: Value): Value =>
    graph.emit('Softmax', [x], { shape: x.shape, dtype: x.dtype }, { attributes: { axis: -1 } });
  if (group === 1) return softmax(binary(graph, 'Add', scores, block.bias));
  const keys = scores.shape[3]!;
  const split = dynamicReshape(graph, scores, [batch, keyValueHeads, group, queries, keys]);
  const p = softmax(binary(graph, 'Add', split, block.bias));
  return dynamicReshape(graph, p, [batch, keyValueHeads, group * queries, keys]);
}

/** A reshape in which the last axis, the keys, is whatever it turns out to be. */
function dynamicReshape(graph: Graph, value: Value, shape: readonly number[]): Value {
  const target = graph.ints([...shape.slice(0, -1), -1]);
  return graph.emit('Reshape', [value, target], { shape, dtype: value.dtype });
}
