import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { openExecutor } from '../../trainer/src/engine/openExecutor.ts';
import type { HostArray, Program, TensorSpec } from '../../trainer/src/engine/program.ts';
import type { Divergence } from '../../trainer/src/losses/divergence.ts';
import { divergenceByName, DIVERGENCES } from '../../trainer/src/losses/divergenceByName.ts';
import { chunkFor, distillationLoss } from '../../trainer/src/losses/distillationLoss.ts';
import type { Bench, BenchRow } from './bench.ts';
import { peakResidentBytes, residentBytes } from './residentMemory.ts';

/** A Qwen2.5 of half a billion parameters: its vocabulary and width. */
const SIZE = { positions: 512, vocabSize: 151_936, width: 896, k: 64 };
const HEAD_BYTES = 4 * SIZE.vocabSize * SIZE.width;
const MB = 2 ** 20;
const ROUNDS = 3;
/** Positions at which losses are compared with each other: two chunks. */
const COMPARED = 128;

export const lossBenches: Bench[] = [{ name: 'loss kernel, frozen head', run: lossKernel }];

/**
 * Memory and time of the loss kernel beside the head's weights: peak resident memory of `kl`, time of
 * each loss against the two multiplications with the head, and against `kl`.
 */
async function lossKernel(): Promise<BenchRow[]> {
  const before = residentBytes();
  const executor = (
    await openExecutor({ executor: 'onnx', provider: 'cpu', threads: 0, cacheDir: null })
  ).executor;
  const head = executor.tensor({
    shape: [SIZE.vocabSize, SIZE.width],
    dtype: 'float32',
    data: noise(SIZE.vocabSize * SIZE.width, 0.02),
  });
  const timed = async (program: Program): Promise<Timed> => {
    const compiled = await executor.compile(program, {});
    const inputs = inputsFor(program);
    await compiled.run({ head }, inputs);
    return { run: () => compiled.run({ head }, inputs), dispose: () => compiled.dispose() };
  };
  const kl = await timed(lossProgram(divergence('kl')));
  const peak = await peakResidentBytes(kl.run);
  const rows: BenchRow[] = [
    {
      name: 'kl: peak memory beyond the weights',
      value: (peak - before - HEAD_BYTES) / MB,
      unit: 'MB',
      atMost: 150,
    },
  ];
  const matmuls = await timed(matMulProgram());
  const ratio = await timeRatio(kl.run, matmuls.run);
  rows.push({ name: 'kl: time / two multiplications', value: ratio, unit: '', atMost: 1.3 });
  await matmuls.dispose();
  await kl.dispose();
  const few = await timed(lossProgram(divergence('kl'), COMPARED));
  for (const name of Object.keys(DIVERGENCES).filter((each) => each !== 'kl')) {
    const other = await timed(lossProgram(divergence(name), COMPARED));
    const value = await timeRatio(other.run, few.run);
    rows.push({ name: `${name}: time / kl`, value, unit: '', atMost: 1.1 });
    await other.dispose();
  }
  await few.dispose();
  head.dispose();
  return rows;
}

interface Timed {
  run: () => Promise<unknown>;
  dispose: () => Promise<void>;
}

function divergence(name: string): Divergence {
  return divergenceByName(name, {
    alpha: 0.5,
    gamma: 2,
    beta: 0.5,
    lambda: null,
    generalizedJsd: false,
  });
}

/** Loss and gradient of the hidden states. */
function lossProgram(divergence: Divergence, positions = SIZE.positions): Program {
  const { k } = SIZE;
  const byRank = divergence.cells === 'ranks';
  const ids: Record<string, TensorSpec> = byRank
    ? {}
    : { ids: { shape: [positions, k], dtype: 'int32' } };
  return {
    ...frozenHead(`loss-${divergence.name}`),
    inputs: {
      hidden: { shape: [positions, SIZE.width], dtype: 'float32' },
      labels: { shape: [positions], dtype: 'int32' },
      weights: { shape: [positions], dtype: 'float32' },
      logp: { shape: [positions, k], dtype: 'float32' },
      tail: { shape: [positions], dtype: 'float32' },
      ...ids,
    },
    build: ({ state, inputs }) => {
      const loss = (hidden: Tensor): Tensor =>
        distillationLoss(
          {
            hiddenND: hidden,
            headVD: state['head']!,
            labelsN: inputs['labels']!,
            weightsN: inputs['weights']!,
            teacher: {
              idsNK: inputs['ids'] ?? null,
              logpNK: inputs['logp']!,
              tailLogpN: inputs['tail']!,
            },
          },
          {
            kd: 0.7,
            temperature: 1,
            divergence,
            trainHead: false,
            precision: 'fp32',
            chunk: chunkFor(SIZE.vocabSize, positions),
          },
        );
      const objective = (...[hidden]: Tensor[]): tf.Scalar =>
        tf.sum(tf.slice(loss(hidden!), [0, 0], [-1, 1]));
      const { value, grads } = tf.valueAndGrads(objective)([inputs['hidden']!]);
      return { updates: {}, outputs: { value, dHidden: grads[0]! } };
    },
  };
}

/** What no way around: logits from hidden states, and back. */
function matMulProgram(): Program {
  return {
    ...frozenHead('multiplications'),
    inputs: { hidden: { shape: [SIZE.positions, SIZE.width], dtype: 'float32' } },
    build: ({ state, inputs }) => {
      const logits = tf.matMul(inputs['hidden']!, state['head']!, false, true);
      return { updates: {}, outputs: { back: tf.matMul(logits, state['head']!) } };
    },
  };
}

/** Given with each run: as a constant ONNX Runtime would keep a packed copy for each of its two uses. */
function frozenHead(name: string): Pick<Program, 'name' | 'state' | 'constants'> {
  const head: TensorSpec = { shape: [SIZE.vocabSize, SIZE.width], dtype: 'float32' };
  return { name, state: { head }, constants: {} };
}

function inputsFor({ inputs }: Program): Record<string, HostArray> {
  const { k, vocabSize, width } = SIZE;
  const positions = inputs['hidden']!.shape[0]!;
  const all: Record<string, HostArray> = {
    hidden: noise(positions * width, 1),
    labels: Int32Array.from({ length: positions }, (_, i) => (i * 7919) % vocabSize),
    weights: new Float32Array(positions).fill(1 / positions),
    logp: Float32Array.from({ length: positions * k }, (_, i) => -1.5 - 0.1 * (i % k)),
    tail: new Float32Array(positions).fill(-3),
    ids: Int32Array.from({ length: positions * k }, (_, i) => (i * 2029) % vocabSize),
  };
  return Object.fromEntries(Object.keys(inputs).map((name) => [name, all[name]!]));
}

/** Deterministic numbers in [-size, size]. */
function noise(count: number, size: number): Float32Array {
  const numbers = new Float32Array(count);
  let state = 1;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    numbers[i] = size * (state / 2 ** 31 - 1);
  }
  return numbers;
}

/** Least time of one over least time of the other, taken in turns. */
async function timeRatio(
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<number> {
  let [least, leastOther] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    least = Math.min(least, await timeMs(one));
    leastOther = Math.min(leastOther, await timeMs(other));
  }
  return least / leastOther;
}

async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}
