import type {
  DeviceTensors,
  Executor,
  HostArray,
  HostTensor,
  Program,
} from '../../trainer/src/engine/program.ts';
import { elementCount, zeros } from '../../trainer/src/engine/program.ts';
import { LOSS_COLUMNS } from '../../trainer/src/losses/distillationLoss.ts';
import { forwardKl } from '../../trainer/src/losses/forwardKl.ts';
import {
  gradientName,
  type TrainPrograms,
  trainPrograms,
} from '../../trainer/src/training/trainPrograms.ts';
import type { TrainSetup } from '../../trainer/src/training/trainSetup.ts';
import { random } from './executors.ts';
import { TINY_DECODER } from './tinyDecoder.ts';

export const SETUP: TrainSetup = {
  model: TINY_DECODER,
  lora: null,
  isTrained: () => true,
  rows: 1,
  length: 6,
  positions: 4,
  teacher: { k: 3, hasTail: true, isPartial: false },
  kd: 0.7,
  temperature: 1,
  divergence: forwardKl,
  checkpointing: false,
  optimizer: { betas: [0.9, 0.95], eps: 1e-6, weightDecay: 0.1 },
  precision: 'fp32',
};

export interface HostBatch {
  [name: string]: HostArray;
}

/** One row of random tokens a batch, with weights that are not normalised. */
export function randomBatch(setup: TrainSetup, seed: number): HostBatch {
  const { rows, length, positions, teacher, model } = setup;
  const next = random(seed);
  const pick = (below: number): number => Math.floor(next() * below);
  const count = rows * length;
  const batch: HostBatch = {
    ids: Int32Array.from({ length: count }, () => pick(model.vocabSize)),
    positions: Int32Array.from({ length: count }, (_, i) => i % length),
    starts: new Int32Array(count),
    index: Int32Array.from({ length: positions }, (_, i) => Math.floor((i * count) / positions)),
    labels: Int32Array.from({ length: positions }, () => pick(model.vocabSize)),
    weights: Float32Array.from({ length: positions }, () => 0.5 + next()),
  };
  if (teacher === null) return batch;
  const { k, hasTail } = teacher;
  batch['teacherIds'] = Int32Array.from({ length: positions * k }, (_, i) => (i % k) * 2 + 1);
  batch['teacherLogp'] = Float32Array.from(
    { length: positions * k },
    (_, i) => Math.log((hasTail ? 0.9 : 1) / k) - 1e-3 * (i % k),
  );
  if (hasTail) batch['teacherTail'] = new Float32Array(positions).fill(Math.log(0.1));
  return batch;
}

/** The batches one below the other, as one. */
export function joined(batches: readonly HostBatch[], setup: TrainSetup): HostBatch {
  const rowTokens = setup.rows * setup.length;
  return Object.fromEntries(
    Object.keys(batches[0]!).map((name) => {
      const parts = batches.map((batch, row) =>
        name === 'index' ? batch[name]!.map((at) => at + row * rowTokens) : batch[name]!,
      );
      const numbers = parts.flatMap((part) => [...part]);
      return [
        name,
        name === 'weights' || name.endsWith('p') || name.endsWith('Tail')
          ? Float32Array.from(numbers)
          : Int32Array.from(numbers),
      ];
    }),
  );
}

export function scalarInputs(change: Record<string, number> = {}): HostBatch {
  const values = {
    learningRate: 0.01,
    biasCorrection1: 0.1,
    biasCorrection2: 0.05,
    gradientScale: 1,
    maxGradNorm: Infinity,
    ...change,
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, new Float32Array([value])]),
  );
}

export interface Runner {
  programs: TrainPrograms;
  run(program: keyof TrainPrograms, inputs: HostBatch): Promise<Record<string, HostArray>>;
  read(name: string): Promise<HostArray>;
  gradient(name: string): Promise<HostArray>;
  dispose(): Promise<void>;
}

/** State on the executor, and the programs of a run compiled when they are first wanted. */
export function runner(
  executor: Executor,
  setup: TrainSetup,
  parameters: Record<string, HostTensor>,
): Runner {
  const programs = trainPrograms(setup);
  const onDevice = (specs: Program['state']): DeviceTensors =>
    Object.fromEntries(
      Object.entries(specs).map(([name, spec]) => {
        const given = parameters[name];
        if (given !== undefined && given.data.length !== elementCount(spec.shape)) {
          throw new Error(`${name} has another shape`);
        }
        // An executor may compute in the very array that it is given.
        const value = given === undefined ? zeros(spec) : { ...given, data: given.data.slice() };
        return [name, executor.tensor(value)];
      }),
    );
  const state = onDevice({ ...programs.trained, ...programs.moments, ...programs.gradients });
  const constants = onDevice(programs.frozen);
  const compiled = new Map<string, ReturnType<Executor['compile']>>();
  const compile = (name: keyof TrainPrograms): ReturnType<Executor['compile']> => {
    const known = compiled.get(name) ?? executor.compile(programs[name] as Program, constants);
    compiled.set(name, known);
    return known;
  };
  return {
    programs,
    run: async (name, inputs) => (await compile(name)).run(state, inputs),
    read: (name) => state[name]!.read(),
    gradient: (name) => state[gradientName(name)]!.read(),
    dispose: async () => {
      for (const program of compiled.values()) await (await program).dispose();
      for (const tensor of [...Object.values(state), ...Object.values(constants)]) tensor.dispose();
    },
  };
}

/** Sums a column of the loss over the positions that a test selects. */
export function sumColumn(
  columns: ArrayLike<number>,
  column: (typeof LOSS_COLUMNS)[number],
  selects: (position: number) => boolean = () => true,
): number {
  const width = LOSS_COLUMNS.length;
  const offset = LOSS_COLUMNS.indexOf(column);
  let sum = 0;
  for (let row = 0; row * width < columns.length; row++) {
    if (selects(row)) sum += columns[row * width + offset]!;
  }
  return sum;
}
