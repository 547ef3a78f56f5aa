import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, test } from 'vitest';
import type {
  DeviceTensors,
  Executor,
  HostArray,
  HostTensor,
  Program,
} from '../../../../trainer/src/engine/program.ts';
import { adamW, momentSpecs } from '../../../../trainer/src/training/optim/adamW.ts';
import { parameterGroups } from '../../../../trainer/src/training/optim/parameterGroups.ts';
import {
  maxDifference,
  openOnnx,
  openReference,
  random,
  randomTensor,
  tensorOf,
} from '../../../support/executors.ts';

let onnx: Executor;
let reference: Executor;
beforeAll(async () => {
  onnx = await openOnnx();
  reference = await openReference();
}, 60_000);

const OPTIONS = { betas: [0.9, 0.95] as const, eps: 1e-6, weightDecay: 0.1 };
const SHAPES = { wide: [3, 4], small: [2, 2], norm: [5], bias: [3] };
// Small limits, so that the widest tensor is a group of its own in two pieces.
const GROUPS = parameterGroups(SHAPES, { own: 10, joined: 20, piece: 7 });
const NAMES = Object.keys(SHAPES) as (keyof typeof SHAPES)[];
const SCALAR = { shape: [], dtype: 'float32' } as const;

const program: Program = {
  name: 'adamw',
  state: {
    ...Object.fromEntries(NAMES.map((name) => [name, { shape: SHAPES[name], dtype: 'float32' }])),
    ...momentSpecs(GROUPS),
  },
  constants: {},
  inputs: {
    ...Object.fromEntries(
      NAMES.map((name) => [`d.${name}`, { shape: SHAPES[name], dtype: 'float32' as const }]),
    ),
    learningRate: SCALAR,
    biasCorrection1: SCALAR,
    biasCorrection2: SCALAR,
    gradientScale: SCALAR,
    maxGradNorm: SCALAR,
  },
  build: ({ state, inputs }) => {
    const { updates, gradNorm, taken } = adamW(
      {
        state,
        gradients: Object.fromEntries(NAMES.map((name) => [name, inputs[`d.${name}`]!])),
        groups: GROUPS,
      },
      OPTIONS,
      inputs as never,
    );
    return { updates, outputs: { gradNorm, taken } };
  },
};

interface Step {
  gradients: Record<string, HostTensor>;
  learningRate: number;
  gradientScale: number;
  maxGradNorm: number;
}

function initial(): Record<string, HostTensor> {
  const next = random(4);
  return {
    ...Object.fromEntries(NAMES.map((name) => [name, randomTensor(SHAPES[name], next)])),
    ...Object.fromEntries(
      Object.entries(momentSpecs(GROUPS)).map(([name, { shape }]) => [
        name,
        tensorOf([...shape], new Float32Array(shape[0]!)),
      ]),
    ),
  };
}

/** Runs the steps; gives the state and outputs after each. */
async function train(
  executor: Executor,
  steps: readonly Step[],
): Promise<{ state: Record<string, HostArray>; gradNorm: number; taken: number }[]> {
  const compiled = await executor.compile(program, {});
  const state: DeviceTensors = Object.fromEntries(
    Object.entries(initial()).map(([name, value]) => [name, executor.tensor(value)]),
  );
  const seen = [];
  for (const [index, step] of steps.entries()) {
    const scalars = {
      learningRate: step.learningRate,
      biasCorrection1: 1 - OPTIONS.betas[0] ** (index + 1),
      biasCorrection2: 1 - OPTIONS.betas[1] ** (index + 1),
      gradientScale: step.gradientScale,
      maxGradNorm: step.maxGradNorm,
    };
    const outputs = await compiled.run(state, {
      ...Object.fromEntries(NAMES.map((name) => [`d.${name}`, step.gradients[name]!.data])),
      ...Object.fromEntries(
        Object.entries(scalars).map(([name, value]) => [name, new Float32Array([value])]),
      ),
    });
    const read = await Promise.all(
      Object.entries(state).map(async ([name, tensor]) => [name, await tensor.read()] as const),
    );
    seen.push({
      state: Object.fromEntries(read),
      gradNorm: outputs['gradNorm']![0]!,
      taken: outputs['taken']![0]!,
    });
  }
  await compiled.dispose();
  return seen;
}

/** Algorithm 2 of Loshchilov and Hutter in plain f64, with the norm clipped before. */
function oracle(steps: readonly Step[]): { state: Record<string, number[]>; gradNorm: number }[] {
  const [beta1, beta2] = OPTIONS.betas;
  const values = Object.fromEntries(NAMES.map((name) => [name, [...initial()[name]!.data]]));
  const first = Object.fromEntries(NAMES.map((name) => [name, values[name]!.map(() => 0)]));
  const second = Object.fromEntries(NAMES.map((name) => [name, values[name]!.map(() => 0)]));
  return steps.map(({ gradients, learningRate, gradientScale, maxGradNorm }, index) => {
    const scaled = (name: string): number[] =>
      Array.from(gradients[name]!.data, (g) => g * gradientScale);
    const gradNorm = Math.hypot(...NAMES.flatMap(scaled));
    for (const name of NAMES) {
      const decay = SHAPES[name].length > 1 ? OPTIONS.weightDecay : 0;
      scaled(name).forEach((unclipped, i) => {
        const g = unclipped * Math.min(1, maxGradNorm / gradNorm);
        first[name]![i] = beta1 * first[name]![i]! + (1 - beta1) * g;
        second[name]![i] = beta2 * second[name]![i]! + (1 - beta2) * g * g;
        const m = first[name]![i] / (1 - beta1 ** (index + 1));
        const v = second[name]![i] / (1 - beta2 ** (index + 1));
        const before = values[name]![i]!;
        values[name]![i] =
          before - learningRate * (m / (Math.sqrt(v) + OPTIONS.eps) + decay * before);
      });
    }
    const state = Object.fromEntries(NAMES.map((name) => [name, [...values[name]!]]));
    return { state, gradNorm };
  });
}

function steps(count: number, change: Partial<Step> = {}): Step[] {
  const next = random(8);
  return Array.from({ length: count }, (_, index) => ({
    gradients: Object.fromEntries(
      NAMES.map((name) => [name, randomTensor(SHAPES[name], next, -2, 2)]),
    ),
    learningRate: 0.01 * (index + 1),
    gradientScale: 1,
    maxGradNorm: Infinity,
    ...change,
  }));
}

const CASES: { name: string; run: Step[] }[] = [
  { name: 'without clipping', run: steps(5) },
  { name: 'with clipping that clips', run: steps(5, { maxGradNorm: 0.5 }) },
  { name: 'with a limit above the norm', run: steps(5, { maxGradNorm: 1e6 }) },
  { name: 'with a loss scale', run: steps(5, { gradientScale: 1 / 1024, maxGradNorm: 0.001 }) },
  { name: 'with gradients of 0', run: steps(1).map((step) => ({ ...step, gradients: zeroed() })) },
];

function zeroed(): Record<string, HostTensor> {
  return Object.fromEntries(
    NAMES.map((name) => [name, randomTensor(SHAPES[name], () => 0.5, 0, 0)]),
  );
}

describe.each(['reference', 'onnx'] as const)('AdamW on %s', (on) => {
  const executor = (): Executor => (on === 'onnx' ? onnx : reference);

  it.each(CASES)('equals plain numbers $name', async ({ run }) => {
    const actual = await train(executor(), run);
    oracle(run).forEach(({ state, gradNorm }, index) => {
      expect(actual[index]!.gradNorm).toBeCloseTo(gradNorm, 5);
      expect(actual[index]!.taken).toBe(1);
      for (const name of NAMES) {
        expect(maxDifference(actual[index]!.state[name]!, state[name]!), name).toBeLessThan(5e-6);
      }
    });
  });

  it.each([NaN, Infinity, -Infinity, 3e38])(
    'changes nothing, bit for bit, where a gradient is %d',
    async (bad) => {
      const [good, broken, after] = steps(3) as [Step, Step, Step];
      broken.gradients['norm']!.data[2] = bad;
      broken.gradients['wide']!.data[0] = bad;
      const [before, skipped, next] = await train(executor(), [good, broken, after]);
      expect(skipped!.taken).toBe(0);
      expect(skipped!.state).toEqual(before!.state);
      expect(next!.taken).toBe(1);
      expect([...next!.state['wide']!].every(Number.isFinite)).toBe(true);
    },
  );

  it('clips: the first moments of a long gradient are those of a short one', async () => {
    const [long] = steps(1, { maxGradNorm: 0.5 });
    const [clipped] = await train(executor(), [long!]);
    const [free] = await train(executor(), [{ ...long!, maxGradNorm: Infinity }]);
    expect(clipped!.gradNorm).toBe(free!.gradNorm);
    expect(free!.gradNorm).toBeGreaterThan(2);
    const share = 0.5 / free!.gradNorm;
    for (const name of Object.keys(momentSpecs(GROUPS)).filter((key) => key.includes('.m.'))) {
      const expected = Array.from(free!.state[name]!, (value) => value * share);
      expect(maxDifference(clipped!.state[name]!, expected)).toBeLessThan(1e-6);
    }
  });
});

test('AdamW leaves no tensors behind', async () => {
  await train(reference, steps(1));
  const before = tf.memory().numTensors;
  const compiled = await reference.compile(program, {});
  const state = Object.fromEntries(
    Object.entries(initial()).map(([name, value]) => [name, reference.tensor(value)]),
  );
  const kept = tf.memory().numTensors;
  const [step] = steps(1);
  for (let round = 0; round < 3; round++) {
    await compiled.run(state, {
      ...Object.fromEntries(NAMES.map((name) => [`d.${name}`, step!.gradients[name]!.data])),
      learningRate: new Float32Array([0.1]),
      biasCorrection1: new Float32Array([0.1]),
      biasCorrection2: new Float32Array([0.1]),
      gradientScale: new Float32Array([1]),
      maxGradNorm: new Float32Array([1]),
    });
    expect(tf.memory().numTensors).toBe(kept);
  }
  for (const tensor of Object.values(state)) tensor.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
