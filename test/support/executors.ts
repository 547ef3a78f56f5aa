import type { Tensor } from '@tensorflow/tfjs-core';
import { openExecutor } from '../../trainer/src/engine/openExecutor.ts';
import type {
  CompiledProgram,
  Dtype,
  Executor,
  HostArray,
  HostTensor,
  Program,
} from '../../trainer/src/engine/program.ts';

export async function openOnnx(): Promise<Executor> {
  const request = { executor: 'onnx', provider: 'cpu', threads: 2, cacheDir: null } as const;
  return (await openExecutor(request)).executor;
}

export async function openReference(): Promise<Executor> {
  const request = { executor: 'reference', provider: 'cpu', threads: 1, cacheDir: null } as const;
  return (await openExecutor(request)).executor;
}

/** A program that maps inputs to outputs and keeps nothing. */
export function pureProgram(
  inputs: Record<string, HostTensor>,
  build: (inputs: Record<string, Tensor>) => Record<string, Tensor>,
): Program {
  return {
    name: 'test',
    state: {},
    constants: {},
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }]),
    ),
    build: (args) => ({ updates: {}, outputs: build(args.inputs) }),
  };
}

/** Runs a pure program once. */
export async function runOnce(
  executor: Executor,
  inputs: Record<string, HostTensor>,
  build: (inputs: Record<string, Tensor>) => Record<string, Tensor>,
): Promise<Record<string, HostArray>> {
  const program: CompiledProgram = await executor.compile(pureProgram(inputs, build), {});
  const data = Object.fromEntries(Object.entries(inputs).map(([name, { data }]) => [name, data]));
  const result = await program.run({}, data);
  await program.dispose();
  return result;
}

export function tensorOf(
  shape: number[],
  numbers: ArrayLike<number>,
  dtype: Dtype = 'float32',
): HostTensor {
  const data =
    dtype === 'float32'
      ? Float32Array.from(numbers)
      : dtype === 'int32'
        ? Int32Array.from(numbers)
        : Uint8Array.from(numbers);
  return { shape, dtype, data };
}

/** A small generator with a seed, for test data. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function randomTensor(shape: number[], next: () => number, low = -1, high = 1): HostTensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return tensorOf(
    shape,
    Array.from({ length: count }, () => low + (high - low) * next()),
  );
}

/** The largest difference, relative to the larger magnitude where that is above 1. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i]!;
    const y = b[i]!;
    if (Object.is(x, y) || x === y) continue;
    const difference = Math.abs(x - y) / Math.max(1, Math.abs(x), Math.abs(y));
    worst = Math.max(worst, Number.isNaN(difference) ? Infinity : difference);
  }
  return worst;
}
