import { sumColumn } from '../support/trainingRun.ts';
import { expect } from 'vitest';
import { openNative } from '../../trainer/src/engine/native/openNative.ts';
import { type Executor, type HostArray, zeros } from '../../trainer/src/engine/program.ts';
import { forwardKl } from '../../trainer/src/losses/forwardKl.ts';
import { initialParameters, normalFrom } from '../../trainer/src/model/initialParameters.ts';
import type { LlamaConfig } from '../../trainer/src/model/families/llama.ts';
import { trainPrograms } from '../../trainer/src/training/trainPrograms.ts';
import type { TrainSetup } from '../../trainer/src/training/trainSetup.ts';
import { maxDifference, openOnnx, openReference, random } from '../support/executors.ts';
import { nativeTest } from './nativeTest.ts';

const STEPS = 20;
const TOLERANCE = 1e-4;

/** Everything a real student has: grouped-query attention, scaled rope, an untied head. */
const model: LlamaConfig = {
  modelType: 'llama',
  vocabSize: 40,
  hiddenSize: 16,
  intermediateSize: 24,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  headDim: 4,
  rmsNormEps: 1e-5,
  ropeTheta: 10_000,
  ropeScaling: { ropeType: 'linear', factor: 2 },
  partialRotaryFactor: 1,
  attentionBias: false,
  mlpBias: false,
  tieWordEmbeddings: false,
  maxPositionEmbeddings: 64,
  bosTokenId: null,
  eosTokenIds: [0],
  initializerRange: 0.1,
};

const setup: TrainSetup = {
  model,
  lora: null,
  isTrained: () => true,
  rows: 2,
  length: 16,
  positions: 20,
  teacher: { k: 3, hasTail: true, isPartial: false },
  kd: 0.5,
  temperature: 2,
  divergence: forwardKl,
  checkpointing: false,
  optimizer: { betas: [0.9, 0.95], eps: 1e-8, weightDecay: 0.1 },
  precision: 'fp32',
};

/** Rows that count upwards from a random token, and a teacher who nearly knows it. */
function batch(next: () => number, step: number): Record<string, HostArray> {
  const { rows, length, positions } = setup;
  const { vocabSize } = model;
  const firsts = Array.from({ length: rows }, () => Math.floor(next() * vocabSize));
  const token = (flat: number) =>
    (firsts[Math.floor(flat / length)]! + (flat % length)) % vocabSize;
  const predicting = Array.from({ length: rows * length }, (_, flat) => flat).filter(
    (flat) => (flat + 1) % length !== 0,
  );
  const index = Int32Array.from(predicting.slice(-positions));
  const labels = index.map((flat) => token(flat + 1));
  const teacherIds = [...labels].flatMap((id) => [id, (id + 1) % vocabSize, (id + 2) % vocabSize]);
  return {
    ids: Int32Array.from({ length: rows * length }, (_, flat) => token(flat)),
    positions: Int32Array.from({ length: rows * length }, (_, flat) => flat % length),
    starts: new Int32Array(rows * length),
    index,
    labels,
    weights: new Float32Array(positions).fill(1 / positions),
    teacherIds: Int32Array.from(teacherIds),
    teacherLogp: Float32Array.from(teacherIds, (_, cell) => Math.log([0.8, 0.1, 0.05][cell % 3]!)),
    teacherTail: new Float32Array(positions).fill(Math.log(0.05)),
    learningRate: Float32Array.of(0.01),
    biasCorrection1: Float32Array.of(1 - 0.9 ** step),
    biasCorrection2: Float32Array.of(1 - 0.95 ** step),
    gradientScale: Float32Array.of(1),
    maxGradNorm: Float32Array.of(1),
  };
}

interface Trained {
  objectives: number[];
  parameters: Record<string, HostArray>;
}

/** The training step that every run takes, from the same start on the same batches. */
async function train(executor: Executor, given: TrainSetup = setup): Promise<Trained> {
  const { step, trained, moments } = trainPrograms(given);
  const next = random(5);
  const parameters = initialParameters(model, normalFrom(next));
  const state = Object.fromEntries(
    [
      ...Object.entries(parameters),
      ...Object.entries(moments).map(([name, spec]) => [name, zeros(spec)] as const),
    ].map(([name, value]) => [name, executor.tensor(value)]),
  );
  const compiled = await executor.compile(step, {});
  const objectives: number[] = [];
  for (let index = 1; index <= STEPS; index++) {
    const { columns } = await compiled.run(state, batch(next, index));
    objectives.push(sumColumn(columns!, 'objective'));
  }
  const result: Trained = { objectives, parameters: {} };
  for (const name of Object.keys(trained)) result.parameters[name] = await state[name]!.read();
  Object.values(state).forEach((tensor) => tensor.dispose());
  await compiled.dispose();
  return result;
}

nativeTest(`${STEPS} steps of distillation agree with onnx and with the reference`, async () => {
  const others = {
    reference: await train(await openReference()),
    onnx: await train(await openOnnx()),
  };
  const native = await train(await openNative('tfjs-cpu'));
  expect(native.objectives.at(-1)).toBeLessThan(native.objectives[0]! * 0.7);
  for (const [executor, other] of Object.entries(others)) {
    const differences = Object.entries(other.parameters).map(([name, values]) => ({
      executor,
      name,
      difference: maxDifference(native.parameters[name]!, values),
    }));
    differences.push({
      executor,
      name: 'objective',
      difference: maxDifference(native.objectives, other.objectives),
    });
    expect(differences.filter(({ difference }) => !(difference < TOLERANCE))).toEqual([]);
  }
});

nativeTest('layers that are computed twice give the same numbers', async () => {
  const executor = await openNative('tfjs-cpu');
  const plain = await train(executor);
  const twice = await train(executor, { ...setup, checkpointing: true });
  expect(maxDifference(twice.objectives, plain.objectives)).toBeLessThan(TOLERANCE);
  for (const [name, values] of Object.entries(plain.parameters))
    expect(maxDifference(twice.parameters[name]!, values), name).toBeLessThan(TOLERANCE);
});
