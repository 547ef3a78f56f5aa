import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { addTransposedMatMul } from '../../../trainer/src/engine/ops/addMatMul.ts';
import type { Executor, Precision, Program } from '../../../trainer/src/engine/program.ts';
import { halfPrecision } from '../../../trainer/src/engine/trace/halfPrecision.ts';
import { traceProgram } from '../../../trainer/src/engine/trace/traceProgram.ts';
import { firstLossScale, nextLossScale } from '../../../trainer/src/training/optim/lossScale.ts';
import {
  maxDifference,
  openOnnx,
  openReference,
  pureProgram,
  random,
  randomTensor,
} from '../../support/executors.ts';
import { dot, matrixOf } from '../../support/plainDecoder.ts';
import { TINY_DECODER, tinyParameters } from '../../support/tinyDecoder.ts';
import { randomBatch, runner, scalarInputs, SETUP, sumColumn } from '../../support/trainingRun.ts';

let onnx: Executor;
beforeAll(async () => {
  onnx = await openOnnx();
}, 60_000);

/** Round to nearest, ties to even, at so many bits of mantissa; for numbers in the normal range. */
function rounded(x: number, bits: number): number {
  if (x === 0) return 0;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(x))) - bits);
  const units = Math.abs(x) / unit;
  const low = Math.floor(units);
  const up = units - low > 0.5 || (units - low === 0.5 && low % 2 === 1);
  return Math.sign(x) * (up ? low + 1 : low) * unit;
}

const MANTISSA = { fp16: 10, bf16: 7 } as const;
const inputs = {
  a: randomTensor([3, 5], random(1)),
  b: randomTensor([4, 5], random(2)),
  c: randomTensor([5, 4], random(3)),
  p: randomTensor([3, 4], random(4)),
};

const program: Program = pureProgram(inputs, ({ a, b, c, p }) => ({
  product: tf.matMul(a!, b!, false, true),
  again: tf.matMul(a!, c!),
  added: addTransposedMatMul(c!, a!, p!),
  sum: tf.add(a!, 1e-4),
}));

async function compute(precision: Precision): Promise<Record<string, ArrayLike<number>>> {
  const compiled = await onnx.compile(program, {}, { precision });
  const data = Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, x.data]));
  const result = await compiled.run({}, data);
  await compiled.dispose();
  return result;
}

describe.each(['fp16', 'bf16'] as const)('%s on the CPU', (precision) => {
  const half = (x: number): number => rounded(x, MANTISSA[precision]);
  const at = (name: 'a' | 'b' | 'c' | 'p', width: number) =>
    matrixOf(Float64Array.from(inputs[name].data, half), width);
  const columns = (rows: Float64Array[]): Float64Array[] =>
    Array.from(rows[0]!, (_, i) => Float64Array.from(rows, (row) => row[i]!));
  const products = (rows: Float64Array[], others: Float64Array[]): number[] =>
    rows.flatMap((row) => others.map((other) => half(dot(row, other))));

  it('rounds operands and products of multiplications, and nothing else', async () => {
    const result = await compute(precision);
    const exact = await compute('fp32');
    // A sum in another order can round to the neighbour.
    const unit = 2 ** -MANTISSA[precision];
    expect(maxDifference(result['product']!, products(at('a', 5), at('b', 5)))).toBeLessThan(unit);
    expect(maxDifference(result['again']!, products(at('a', 5), columns(at('c', 4))))).toBeLessThan(
      unit,
    );
    for (const number of Array.from(result['product']!)) expect(half(number)).toBe(number);
    expect(maxDifference(result['product']!, exact['product']!)).toBeGreaterThan(unit / 100);
    expect(result['sum']).toEqual(exact['sum']);
  });

  it('adds to a sum in f32', async () => {
    const { added } = await compute(precision);
    const pairs = products(columns(at('a', 5)), columns(at('p', 4)));
    const expected = pairs.map((pair, i) => Math.fround(inputs.c.data[i]! + pair));
    expect(maxDifference(added!, expected)).toBeLessThan(2 ** -MANTISSA[precision]);
    expect(Array.from(added!).some((number) => half(number) !== number)).toBe(true);
  });
});

describe('the pass', () => {
  const traced = traceProgram(program);
  const opsOf = ({ nodes }: { nodes: { op: string }[] }, op: string): number =>
    nodes.filter((node) => node.op === op).length;

  it('leaves fp32 as it is', () => {
    expect(
      halfPrecision(traced, { precision: 'fp32', computesHalf: true, hasFusedMatMul: true }),
    ).toBe(traced);
  });

  it('casts each operand once and each product once', () => {
    const made = halfPrecision(traced, {
      precision: 'fp16',
      computesHalf: true,
      hasFusedMatMul: true,
    });
    // a, b, c and p; three products.
    expect(opsOf(made, 'Cast')).toBe(4 + 3);
    expect(opsOf(made, 'Gemm')).toBe(0);
    expect(made.outputs).toEqual(traced.outputs);
  });

  it('keeps the order: every value is made before it is used', () => {
    for (const computesHalf of [true, false]) {
      const { nodes, inputs: given } = halfPrecision(traced, {
        precision: 'bf16',
        computesHalf,
        hasFusedMatMul: true,
      });
      const known = new Set(given.map(({ name }) => name));
      for (const constant of traced.constants) known.add(constant.name);
      for (const node of nodes) {
        for (const name of node.inputs) expect(known.has(name), name).toBe(true);
        for (const name of node.outputs) known.add(name);
      }
    }
  });
});

describe('training in half precision', () => {
  const parameters = tinyParameters(TINY_DECODER);
  const halfOnnx = (precision: Precision): Executor => ({
    ...onnx,
    tensor: onnx.tensor.bind(onnx),
    compile: (each, constants) => onnx.compile(each, constants, { precision }),
  });
  const batch = randomBatch(SETUP, 3);
  const losses = async (precision: Precision, scale: number): Promise<number[]> => {
    const run = runner(halfOnnx(precision), SETUP, parameters);
    const scaled = { ...batch, weights: batch['weights']!.map((w) => (w * scale) / 4) };
    const seen: number[] = [];
    for (let step = 1; step <= 30; step++) {
      const numbers = scalarInputs({
        gradientScale: 1 / scale,
        biasCorrection1: 1 - 0.9 ** step,
        biasCorrection2: 1 - 0.95 ** step,
      });
      const { columns, taken } = await run.run('step', { ...scaled, ...numbers });
      expect(taken![0]).toBe(1);
      seen.push(sumColumn(columns!, 'objective') / scale);
    }
    await run.dispose();
    return seen;
  };

  it.each(['fp16', 'bf16'] as const)('%s learns about as fp32 does', async (precision) => {
    const exact = await losses('fp32', 1);
    const half = await losses(precision, precision === 'fp16' ? 1024 : 1);
    expect(half).not.toEqual(exact);
    expect(Math.abs(half[0]! - exact[0]!)).toBeLessThan(0.02);
    expect(half.at(-1)!).toBeLessThan(0.6 * half[0]!);
    expect(Math.abs(half.at(-1)! - exact.at(-1)!)).toBeLessThan(0.1 * exact[0]!);
  });

  it('a scale that is too large is halved until gradients fit, and no step before changes anything', async () => {
    const run = runner(halfOnnx('fp16'), SETUP, parameters);
    const options = { initial: 2 ** 22, growthInterval: 100 };
    let state = firstLossScale(options);
    const taken: boolean[] = [];
    for (let step = 0; step < 14 && !taken.includes(true); step++) {
      const { scale } = state;
      const result = await run.run('step', {
        ...batch,
        weights: batch['weights']!.map((w) => w * scale),
        ...scalarInputs({ gradientScale: 1 / scale }),
      });
      taken.push(result['taken']![0] === 1);
      state = nextLossScale(state, options, taken.at(-1)!);
      if (!taken.at(-1)!) {
        expect(await run.read('model.norm.weight')).toEqual(parameters['model.norm.weight']!.data);
      }
    }
    expect(taken[0]).toBe(false);
    expect(taken.at(-1)).toBe(true);
    expect(await run.read('model.norm.weight')).not.toEqual(parameters['model.norm.weight']!.data);
    await run.dispose();
  });
});

test('the precision is part of what a cached graph depends on', async () => {
  const shapes = traceProgram(program).nodes.length;
  const compiled = await onnx.compile(program, {}, { precision: 'fp16' });
  expect(compiled.info.nodes).toBeGreaterThan(shapes);
  await compiled.dispose();
});

test('an executor that runs op by op refuses half precision', async () => {
  const reference = await openReference();
  await expect(reference.compile(program, {}, { precision: 'bf16' })).rejects.toThrow(
    /train.precision bf16: the executor reference computes in fp32 only/,
  );
});
