import * as tf from '@tensorflow/tfjs-core';
import type { Executor, HostTensor, Program } from '../../trainer/src/engine/program.ts';
import { median, timeMs, uniformFrom } from './bench.ts';

/** A student's head, and a square: `[rows, inner] x [columns, inner]^T`. */
const SHAPES = [
  { rows: 1024, inner: 512, columns: 32_000, times: 2 },
  { rows: 1024, inner: 1024, columns: 1024, times: 20 },
] as const;

export interface MatMulRate {
  /** Name of the shape to operations per second, the median of the samples so far. */
  rates(): Record<string, number>;
  /** Of the faster shape. */
  best(): number;
  sample(): Promise<void>;
}

/** What the machine multiplies at through ONNX Runtime, sampled whenever `sample` is called. */
export async function openMatMulRate(executor: Executor): Promise<MatMulRate> {
  const clocks = await Promise.all(
    SHAPES.map(async (shape) => ({ ...shape, run: await multiplication(executor, shape) })),
  );
  const times = SHAPES.map((): number[] => []);
  for (const { run } of clocks) await run();
  const rates = (): Record<string, number> =>
    Object.fromEntries(
      SHAPES.map(({ rows, inner, columns }, i) => [
        `[${rows}, ${inner}] x [${columns}, ${inner}]^T`,
        (2 * rows * inner * columns * 1000) / median(times[i]!),
      ]),
    );
  return {
    rates,
    best: () => Math.max(...Object.values(rates())),
    async sample() {
      for (const [i, { run, times: count }] of clocks.entries()) {
        for (let n = 0; n < count; n++) times[i]!.push(await timeMs(run));
      }
    },
  };
}

async function multiplication(
  executor: Executor,
  { rows, inner, columns }: (typeof SHAPES)[number],
): Promise<() => Promise<unknown>> {
  const uniform = uniformFrom(1);
  const random = (shape: readonly [number, number]): HostTensor => {
    const data = Float32Array.from({ length: shape[0] * shape[1] }, () => uniform() - 0.5);
    return { shape, dtype: 'float32', data };
  };
  const values = {
    x: random([rows, inner]),
    w: random([columns, inner]),
    y: random([rows, columns]),
  };
  // The product is written over a tensor that is there, so that no fresh page is touched.
  const program: Program = {
    name: 'multiplication',
    state: values,
    constants: {},
    inputs: {},
    build: ({ state }) => ({
      updates: { y: tf.matMul(state['x']!, state['w']!, false, true) },
      outputs: {},
    }),
  };
  const compiled = await executor.compile(program, {});
  const state = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, executor.tensor(value)]),
  );
  return () => compiled.run(state, {});
}
