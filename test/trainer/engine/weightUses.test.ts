import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type {
  CompiledProgram,
  Executor,
  HostArray,
  Program,
} from '../../../trainer/src/engine/program.ts';
import { traceProgram } from '../../../trainer/src/engine/trace/traceProgram.ts';
import { weightUses } from '../../../trainer/src/engine/trace/weightUses.ts';
import {
  maxDifference,
  openOnnx,
  openReference,
  random,
  randomTensor,
} from '../../support/executors.ts';

const SIZE = 64;

type Use = (x: Tensor, w: Tensor) => Tensor;

/** A program of `rows` rows that reads one frozen matrix. */
function reading(use: Use, { rows = 3, size = SIZE } = {}): Program {
  return {
    name: 'reading',
    state: {},
    constants: { w: { shape: [size, size], dtype: 'float32' } },
    inputs: { x: { shape: [rows, size], dtype: 'float32' } },
    build: ({ constants, inputs }) => ({
      updates: {},
      outputs: { y: use(inputs['x']!, constants['w']!) },
    }),
  };
}

const product: Use = (x, w) => tf.matMul(x, w, false, true);
const lookUp: Use = (x, w) => tf.gather(w, tf.cast(tf.argMax(x, -1), 'int32'));

const CASES: readonly [string, Use, boolean][] = [
  ['a product', product, true],
  ['a product with it as it lies', (x, w) => tf.matMul(x, w), true],
  ['a look-up of rows', lookUp, true],
  ['both, as tied embeddings do', (x, w) => product(lookUp(x, w), w), true],
  ['nothing', (x) => tf.neg(x), false],
  ['a product as its first operand', (x, w) => tf.matMul(w, x, false, true), false],
  ['a sum', (x, w) => tf.add(x, tf.slice(w, [0, 0], [3, SIZE])), false],
  ['a product and a sum', (x, w) => tf.add(product(x, w), tf.sum(w, 0)), false],
  [
    'a sum behind a transpose, which is moved through it',
    (x, w) => tf.transpose(tf.add(tf.transpose(tf.matMul(x, x, true)), w)),
    false,
  ],
];

describe('a weight that is read by', () => {
  it.each(CASES)('%s', async (_, use, isShared) => {
    const program = reading(use);
    expect(weightUses(traceProgram(program)).shared).toEqual(isShared ? ['constant/w'] : []);

    const next = random(3);
    const [w, x] = [randomTensor([SIZE, SIZE], next), randomTensor([3, SIZE], next)];
    const results: HostArray[] = [];
    for (const executor of [await opened, await openReference()]) {
      const compiled = await executor.compile(program, { w: executor.tensor(w) });
      const { y } = await compiled.run({}, { x: x.data });
      results.push(y!);
      await compiled.dispose();
    }
    expect(maxDifference(results[0]!, results[1]!)).toBeLessThan(1e-5);
  });
});

let opened: Promise<Executor>;
beforeAll(() => (opened = openOnnx()));

describe('programs over one weight', () => {
  const next = random(5);
  const weight = randomTensor([SIZE, SIZE], next);
  const x = randomTensor([4, SIZE], next).data as Float32Array;
  const run = async (program: CompiledProgram, rows: number): Promise<unknown> =>
    (await program.run({}, { x: x.slice(0, rows * SIZE) }))['y'];

  it.each([
    ['the first first', [0, 1, 2]],
    ['the last first', [2, 1, 0]],
    ['the weight is disposed of before all', [-1, 1, 0, 2]],
  ])('compute what each does alone, disposed of in any order: %s', async (_, order) => {
    const executor = await opened;
    const alone: unknown[] = [];
    for (const rows of [1, 2, 4]) {
      const constants = { w: executor.tensor(weight) };
      const program = await executor.compile(reading(product, { rows }), constants);
      alone.push(await run(program, rows));
      await program.dispose();
    }
    const shared = executor.tensor(weight);
    const rowsOf = [1, 2, 4];
    const programs = await Promise.all(
      rowsOf.map((rows) => executor.compile(reading(product, { rows }), { w: shared })),
    );
    const left = new Set(rowsOf.keys());
    for (const at of order) {
      if (at < 0) shared.dispose();
      else await programs[at]!.dispose();
      left.delete(at);
      for (const other of left)
        expect(await run(programs[other]!, rowsOf[other]!)).toEqual(alone[other]);
    }
  });

  it('compute the same when all before were disposed of', async () => {
    const executor = await opened;
    const constants = { w: executor.tensor(weight) };
    const results: unknown[] = [];
    for (let times = 0; times < 2; times++) {
      const program = await executor.compile(reading(product, { rows: 2 }), constants);
      results.push(await run(program, 2));
      await program.dispose();
    }
    expect(results[1]).toEqual(results[0]);
  });

  it('is given back when a program does not compile', async () => {
    const executor = await opened;
    const constants = { w: executor.tensor(weight) };
    const program = await executor.compile(reading(product, { rows: 2 }), constants);
    const before = await run(program, 2);
    const wrong = reading(product, { rows: 2, size: 2 * SIZE });
    await expect(executor.compile(wrong, constants)).rejects.toThrow();
    expect(await run(program, 2)).toEqual(before);
    await program.dispose();
  });

  it.runIf(process.platform === 'linux')(
    'take less than one copy of it for three more shapes',
    async () => {
      const size = 4096;
      const executor = await opened;
      const large = { shape: [size, size], dtype: 'float32', data: new Float32Array(size * size) };
      large.data.forEach((_, at) => (large.data[at] = at % 101));
      const constants = { w: executor.tensor({ ...large, dtype: 'float32' }) };
      const grow = async (rows: number): Promise<CompiledProgram> => {
        const program = await executor.compile(reading(product, { rows, size }), constants);
        await program.run({}, { x: new Float32Array(rows * size) });
        return program;
      };
      const programs = [await grow(1)];
      const before = process.memoryUsage.rss();
      for (const rows of [2, 4, 8]) programs.push(await grow(rows));
      expect(process.memoryUsage.rss() - before).toBeLessThan(large.data.byteLength);
      for (const program of programs) await program.dispose();
    },
    60_000,
  );
});
