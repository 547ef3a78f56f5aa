import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { attention } from '../../../trainer/src/engine/ops/attention.ts';
import { gelu } from '../../../trainer/src/engine/ops/gelu.ts';
import { layerNorm } from '../../../trainer/src/engine/ops/layerNorm.ts';
import { rmsNorm } from '../../../trainer/src/engine/ops/rmsNorm.ts';
import { rotary } from '../../../trainer/src/engine/ops/rotary.ts';
import { swiGlu } from '../../../trainer/src/engine/ops/swiGlu.ts';
import type { Executor, HostTensor } from '../../../trainer/src/engine/program.ts';
import {
  maxDifference,
  openOnnx,
  openReference,
  random,
  randomTensor,
  tensorOf,
} from '../../support/executors.ts';
import { gradients, numericDirectional, numericGradient } from '../../support/gradients.ts';
import {
  flat,
  matMulT,
  matrixOf,
  plainAttention,
  plainGelu,
  plainLayerNorm,
  plainRmsNorm,
  plainRotary,
  plainSwiGlu,
} from '../../support/plainDecoder.ts';

let onnx: Executor;
let reference: Executor;
beforeAll(async () => {
  onnx = await openOnnx();
  reference = await openReference();
}, 60_000);

type Plain = Record<string, Float64Array>;

interface Case {
  name: string;
  inputs: (next: () => number) => Record<string, HostTensor>;
  by: string[];
  outputs: number[];
  build: (inputs: Record<string, Tensor>) => Tensor;
  /** The same in plain f64 numbers. */
  plain: (inputs: Plain) => Float64Array;
}

const THETA = 100;
const tables = (rows: number, half: number, scale = 1): Record<'cos' | 'sin', HostTensor> => {
  const angles = Array.from(
    { length: rows * half },
    (_, i) => Math.floor(i / half) * THETA ** (-(i % half) / half),
  );
  return {
    cos: tensorOf(
      [rows, half],
      angles.map((angle) => scale * Math.cos(angle)),
    ),
    sin: tensorOf(
      [rows, half],
      angles.map((angle) => scale * Math.sin(angle)),
    ),
  };
};
const POSITIONS = [0, 1, 2, 0, 1];
const HEADS = { heads: 4, keyValueHeads: 2, headDim: 4 };
const STARTS = [0, 0, 0, 3, 3, 3];

const CASES: Case[] = [
  {
    name: 'rmsNorm',
    inputs: (next) => ({ x: randomTensor([3, 5], next), w: randomTensor([5], next, 0.5, 2) }),
    by: ['x', 'w'],
    outputs: [3, 5],
    build: ({ x, w }) => rmsNorm(x!, w!, 1e-3),
    plain: ({ x, w }) => flat(plainRmsNorm(matrixOf(x!, 5), w!, 1e-3)),
  },
  {
    name: 'swiGlu',
    inputs: (next) => ({
      gate: randomTensor([3, 4], next, -4, 4),
      up: randomTensor([3, 4], next),
    }),
    by: ['gate', 'up'],
    outputs: [3, 4],
    build: ({ gate, up }) => swiGlu(gate!, up!),
    plain: ({ gate, up }) => flat(plainSwiGlu(matrixOf(gate!, 4), matrixOf(up!, 4))),
  },
  {
    name: 'layerNorm',
    inputs: (next) => ({
      x: randomTensor([3, 5], next),
      w: randomTensor([5], next, 0.5, 2),
      b: randomTensor([5], next),
    }),
    by: ['x', 'w', 'b'],
    outputs: [3, 5],
    build: ({ x, w, b }) => layerNorm(x!, { weight: w!, bias: b! }, 1e-3),
    plain: ({ x, w, b }) => flat(plainLayerNorm(matrixOf(x!, 5), { weight: w!, bias: b! }, 1e-3)),
  },
  {
    name: 'gelu',
    inputs: (next) => ({ x: randomTensor([3, 4], next, -4, 4) }),
    by: ['x'],
    outputs: [3, 4],
    build: ({ x }) => gelu(x!),
    plain: ({ x }) => plainGelu(x!),
  },
  {
    name: 'rotary of a part of each head, by tables that also scale',
    inputs: (next) => ({
      x: randomTensor([1, 5, 12], next),
      positions: tensorOf([1, 5], POSITIONS, 'int32'),
      ...tables(5, 2, 1.5),
    }),
    by: ['x'],
    outputs: [1, 5, 12],
    build: ({ x, positions, cos, sin }) => rotary(x!, positions!, { cos: cos!, sin: sin! }, 6),
    plain: ({ x }) => {
      const rows = matrixOf(x!, 12);
      const first = (head: number) => rows.map((row) => row.slice(6 * head, 6 * head + 4));
      const turned = [0, 1].map((head) =>
        plainRotary(first(head), POSITIONS, { headDim: 4, theta: THETA }),
      );
      return flat(
        rows.map((row, t) =>
          row.map((value, i) => {
            const within = i % 6;
            return within < 4 ? 1.5 * turned[Math.floor(i / 6)]![t]![within]! : value;
          }),
        ),
      );
    },
  },
  {
    name: 'attention with scores scaled otherwise',
    inputs: (next) => ({
      q: randomTensor([1, 6, 16], next),
      k: randomTensor([1, 6, 8], next),
      v: randomTensor([1, 6, 8], next),
      starts: tensorOf([1, 6], STARTS, 'int32'),
    }),
    by: ['q', 'k', 'v'],
    outputs: [1, 6, 16],
    build: ({ q, k, v, starts }) =>
      attention(
        { q: q!, k: k!, v: v!, startsBT: starts! },
        { batch: 1, length: 6, ...HEADS, scale: 1.25 },
      ),
    plain: ({ q, k, v }) =>
      flat(
        plainAttention(
          // The oracle divides by the root of a head's size.
          {
            q: matrixOf(
              q!.map((x) => x * 2.5),
              16,
            ),
            k: matrixOf(k!, 8),
            v: matrixOf(v!, 8),
          },
          STARTS,
          HEADS,
        ),
      ),
  },
  {
    name: 'rotary',
    inputs: (next) => ({
      x: randomTensor([1, 5, 8], next),
      positions: tensorOf([1, 5], POSITIONS, 'int32'),
      ...tables(5, 2),
    }),
    by: ['x'],
    outputs: [1, 5, 8],
    build: ({ x, positions, cos, sin }) => rotary(x!, positions!, { cos: cos!, sin: sin! }),
    plain: ({ x }) => flat(plainRotary(matrixOf(x!, 8), POSITIONS, { headDim: 4, theta: THETA })),
  },
  {
    name: 'attention with shared key heads and two records in the row',
    inputs: (next) => ({
      q: randomTensor([1, 6, 16], next),
      k: randomTensor([1, 6, 8], next),
      v: randomTensor([1, 6, 8], next),
      starts: tensorOf([1, 6], STARTS, 'int32'),
    }),
    by: ['q', 'k', 'v'],
    outputs: [1, 6, 16],
    build: ({ q, k, v, starts }) =>
      attention({ q: q!, k: k!, v: v!, startsBT: starts! }, { batch: 1, length: 6, ...HEADS }),
    plain: ({ q, k, v }) =>
      flat(
        plainAttention(
          { q: matrixOf(q!, 16), k: matrixOf(k!, 8), v: matrixOf(v!, 8) },
          STARTS,
          HEADS,
        ),
      ),
  },
  {
    name: 'matMul with a transposed side',
    inputs: (next) => ({ x: randomTensor([3, 4], next), w: randomTensor([5, 4], next) }),
    by: ['x', 'w'],
    outputs: [3, 5],
    build: ({ x, w }) => tf.matMul(x!, w!, false, true),
    plain: ({ x, w }) => flat(matMulT(matrixOf(x!, 4), matrixOf(w!, 4))),
  },
  {
    name: 'gather with repeated rows',
    inputs: (next) => ({
      x: randomTensor([4, 3], next),
      at: tensorOf([5], [1, 3, 1, 0, 1], 'int32'),
    }),
    by: ['x'],
    outputs: [5, 3],
    build: ({ x, at }) => tf.gather(x!, at as Tensor1D),
    plain: ({ x }) => flat([1, 3, 1, 0, 1].map((row) => matrixOf(x!, 3)[row]!)),
  },
];

describe.each(CASES)('$name', ({ inputs, by, outputs, build, plain, name }) => {
  const next = random(name.length);
  const given = inputs(next);
  const cotangent = randomTensor(outputs, next);
  const plainInputs = Object.fromEntries(
    Object.entries(given).map(([key, { data }]) => [key, Float64Array.from(data)]),
  );

  it.each(['reference', 'onnx'] as const)(
    'is right on %s, and so are its gradients',
    async (on) => {
      const executor = on === 'onnx' ? onnx : reference;
      const { value, d } = await gradients(executor, { inputs: given, by, cotangent, build });
      expect(maxDifference(value, plain(plainInputs))).toBeLessThan(2e-6);
      for (const key of by) {
        const expected = numericGradient(
          (x) =>
            plain({ ...plainInputs, [key]: x }).reduce(
              (sum, y, i) => sum + y * cotangent.data[i]!,
              0,
            ),
          given[key]!.data,
        );
        expect(maxDifference(d[key]!, expected), key).toBeLessThan(5e-6);
      }
    },
  );
});

/** Records of these lengths, one after the other. */
function startsOf(lengths: readonly number[]): number[] {
  let at = 0;
  return lengths.flatMap((length) => {
    const start = at;
    at += length;
    return Array.from({ length }, () => start);
  });
}

const LONG: { name: string; lengths: number[]; keyValueHeads: number }[] = [
  { name: 'one record over several blocks of queries', lengths: [600], keyValueHeads: 1 },
  { name: 'records that end inside blocks', lengths: [100, 300, 157, 1, 42], keyValueHeads: 1 },
  { name: 'records that end at blocks', lengths: [256, 256, 40], keyValueHeads: 2 },
  { name: 'a length just above one block', lengths: [200, 313], keyValueHeads: 2 },
];

it.each(LONG)('attention: $name', { timeout: 60_000 }, async ({ lengths, keyValueHeads }) => {
  const length = lengths.reduce((a, b) => a + b, 0);
  const shape = { batch: 1, length, heads: 2, keyValueHeads, headDim: 4 };
  const next = random(length);
  const inputs = {
    q: randomTensor([1, length, 8], next, -3, 3),
    k: randomTensor([1, length, 4 * keyValueHeads], next, -3, 3),
    v: randomTensor([1, length, 4 * keyValueHeads], next),
    starts: tensorOf([1, length], startsOf(lengths), 'int32'),
  };
  const cotangent = randomTensor([1, length, 8], next);
  const build = ({ q, k, v, starts }: Record<string, Tensor>): Tensor =>
    attention({ q: q!, k: k!, v: v!, startsBT: starts! }, shape);
  const args = { inputs, by: ['q', 'k', 'v'], cotangent, build };
  const actual = await gradients(onnx, args);
  const { q, k, v } = inputs;
  const plain = (changed: Plain): Float64Array =>
    flat(
      plainAttention(
        {
          q: matrixOf(changed['q'] ?? q.data, 8),
          k: matrixOf(changed['k'] ?? k.data, 4 * keyValueHeads),
          v: matrixOf(changed['v'] ?? v.data, 4 * keyValueHeads),
        },
        inputs.starts.data,
        shape,
      ),
    );
  expect(maxDifference(actual.value, plain({}))).toBeLessThan(1e-5);
  for (const key of ['q', 'k', 'v'] as const) {
    const direction = inputs[key].data.map(() => next() - 0.5);
    const slope = numericDirectional(
      (x) => plain({ [key]: x }).reduce((sum, y, i) => sum + y * cotangent.data[i]!, 0),
      inputs[key].data,
      direction,
    );
    const along = actual.d[key]!.reduce((sum, g, i) => sum + g * direction[i]!, 0);
    expect(Math.abs(along - slope)).toBeLessThan(1e-4 * Math.max(1, Math.abs(slope)));
  }
});

test('attention in a batch keeps rows apart', async () => {
  const next = random(5);
  const shape = { batch: 2, length: 5, ...HEADS };
  const inputs = {
    q: randomTensor([2, 5, 16], next),
    k: randomTensor([2, 5, 8], next),
    v: randomTensor([2, 5, 8], next),
    starts: tensorOf([2, 5], [0, 0, 0, 0, 0, 0, 0, 2, 2, 2], 'int32'),
  };
  for (const executor of [reference, onnx]) {
    const { value } = await gradients(executor, {
      inputs,
      by: ['q'],
      build: ({ q, k, v, starts }) => attention({ q: q!, k: k!, v: v!, startsBT: starts! }, shape),
    });
    for (const row of [0, 1]) {
      const rowOf = (name: 'q' | 'k' | 'v', width: number) =>
        matrixOf(inputs[name].data.slice(row * 5 * width, (row + 1) * 5 * width), width);
      const expected = plainAttention(
        { q: rowOf('q', 16), k: rowOf('k', 8), v: rowOf('v', 8) },
        inputs.starts.data.slice(row * 5, row * 5 + 5),
        HEADS,
      );
      const actual = value.slice(row * 80, (row + 1) * 80);
      expect(maxDifference(actual, flat(expected))).toBeLessThan(2e-6);
    }
  }
});
