import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { Precision, Program, Tensors, TensorSpec } from '../engine/program.ts';
import { dropout } from '../engine/ops/dropout.ts';
import { loraProject, type LoraOptions, loraSpecs, loraTargets } from '../lora/lora.ts';
import { type DivergenceChoice, divergenceParts } from '../losses/divergence.ts';
import { chunkFor, distillationLoss, LOSS_COLUMNS } from '../losses/distillationLoss.ts';
import { type Decoder, hiddenStates, plainProject } from '../model/llama.ts';
import type { ModelConfig } from '../model/modelConfig.ts';
import { headName, parameterSpecs } from '../model/parameterSpecs.ts';
import { adamW, type AdamWOptions, momentSpecs, type StepScalars } from '../optim/adamW.ts';
import { parameterGroups, type ParameterGroup } from '../optim/parameterGroups.ts';

/** Everything that decides what the programs of a run compute. */
export interface TrainSetup {
  model: ModelConfig;
  lora: LoraOptions | null;
  /** Share of an adapter's inputs that is dropped in training; none without it. */
  loraDropout?: number;
  /** Parameters of the model that train beside an adapter, whole (PEFT's modules_to_save); all without one. */
  isTrained: (name: string) => boolean;
  rows: number;
  length: number;
  /** Slots for supervised positions. */
  positions: number;
  /** Cells of the teacher; null for hard labels only. */
  teacher: { k: number; hasTail: boolean } | null;
  kd: number;
  /** `scheduled`: given with each batch, and the teacher's scores are then those at T = 1. */
  temperature: number | 'scheduled';
  divergence: DivergenceChoice;
  optimizer: AdamWOptions;
  precision: Precision;
}

export interface TrainPrograms {
  /** Forward, backward and update in one. */
  step: Program;
  /** Forward and backward, adding to the accumulated gradients. */
  accumulate: Program;
  /** Update from the accumulated gradients, which stay as they are. */
  update: Program;
  /** Forward only. */
  evaluate: Program;
  trained: Record<string, TensorSpec>;
  moments: Record<string, TensorSpec>;
  gradients: Record<string, TensorSpec>;
  frozen: Record<string, TensorSpec>;
  groups: ParameterGroup[];
}

const SCALARS = [
  'learningRate',
  'biasCorrection1',
  'biasCorrection2',
  'gradientScale',
  'maxGradNorm',
] as const satisfies readonly (keyof StepScalars)[];

export const gradientName = (parameter: string): string => `gradient.${parameter}`;

/** The programs of a training run. */
export function trainPrograms(setup: TrainSetup): TrainPrograms {
  const { trained, frozen } = splitParameters(setup);
  const groups = parameterGroups(
    Object.fromEntries(Object.entries(trained).map(([name, { shape }]) => [name, shape])),
  );
  const moments = momentSpecs(groups);
  const gradients = Object.fromEntries(
    Object.entries(trained).map(([name, spec]) => [gradientName(name), spec]),
  );
  const common = { setup, trained, frozen };
  const scalars = Object.fromEntries(SCALARS.map((name) => [name, scalarSpec()]));
  const batch = batchSpecs(setup);
  return {
    step: {
      name: 'step',
      state: { ...trained, ...moments },
      constants: frozen,
      inputs: { ...batch, ...scalars },
      build: ({ state, constants, inputs }) => {
        const { columns, gradients } = lossAndGradients(common, { state, constants, inputs });
        const named = { state, gradients, groups };
        const { updates, gradNorm, taken } = adamW(named, setup.optimizer, scalarsOf(inputs));
        return { updates, outputs: { columns, gradNorm, taken } };
      },
    },
    accumulate: {
      name: 'accumulate',
      state: { ...trained, ...gradients },
      constants: frozen,
      inputs: batch,
      build: ({ state, constants, inputs }) => {
        const made = lossAndGradients(common, { state, constants, inputs });
        const updates = Object.fromEntries(
          Object.entries(made.gradients).map(([name, gradient]) => [
            gradientName(name),
            tf.add(state[gradientName(name)]!, gradient),
          ]),
        );
        return { updates, outputs: { columns: made.columns } };
      },
    },
    update: {
      name: 'update',
      state: { ...trained, ...moments, ...gradients },
      constants: {},
      inputs: scalars,
      build: ({ state, inputs }) => {
        const named = Object.fromEntries(
          Object.keys(trained).map((name) => [name, state[gradientName(name)]!]),
        );
        const { updates, gradNorm, taken } = adamW(
          { state, gradients: named, groups },
          setup.optimizer,
          scalarsOf(inputs),
        );
        return { updates, outputs: { gradNorm, taken } };
      },
    },
    evaluate: {
      name: 'evaluate',
      state: trained,
      constants: frozen,
      inputs: batch,
      build: (args) => ({
        updates: {},
        outputs: { columns: forwardLoss({ ...setup, loraDropout: 0 }, args) },
      }),
    },
    trained,
    moments,
    gradients,
    frozen,
    groups,
  };
}

function splitParameters({ model, lora, isTrained }: TrainSetup): {
  trained: Record<string, TensorSpec>;
  frozen: Record<string, TensorSpec>;
} {
  const trained: Record<string, TensorSpec> = {};
  const frozen: Record<string, TensorSpec> = {};
  for (const [name, shape] of Object.entries(parameterSpecs(model))) {
    const target = lora === null || isTrained(name) ? trained : frozen;
    target[name] = { shape, dtype: 'float32' };
  }
  for (const [name, shape] of Object.entries(lora === null ? {} : loraSpecs(model, lora))) {
    trained[name] = { shape, dtype: 'float32' };
  }
  return { trained, frozen };
}

function batchSpecs(setup: TrainSetup): Record<string, TensorSpec> {
  const { rows, length, positions, teacher } = setup;
  const specs: Record<string, TensorSpec> = {
    ids: { shape: [rows, length], dtype: 'int32' },
    positions: { shape: [rows, length], dtype: 'int32' },
    starts: { shape: [rows, length], dtype: 'int32' },
    index: { shape: [positions], dtype: 'int32' },
    labels: { shape: [positions], dtype: 'int32' },
    weights: { shape: [positions], dtype: 'float32' },
  };
  if ((setup.loraDropout ?? 0) > 0) specs['dropoutSeed'] = scalarSpec();
  if (teacher === null) return specs;
  specs['teacherIds'] = { shape: [positions, teacher.k], dtype: 'int32' };
  specs['teacherLogp'] = { shape: [positions, teacher.k], dtype: 'float32' };
  if (teacher.hasTail) specs['teacherTail'] = { shape: [positions], dtype: 'float32' };
  if (hasKinds(setup)) specs['kinds'] = { shape: [positions], dtype: 'int32' };
  if (setup.temperature === 'scheduled') {
    specs['temperature'] = { shape: [positions], dtype: 'float32' };
  }
  return specs;
}

/** Whether kinds have different divergences, which then have to be told apart. */
function hasKinds({ divergence }: TrainSetup): boolean {
  return divergenceParts(divergence).length > 1;
}

function scalarSpec(): TensorSpec {
  return { shape: [], dtype: 'float32' };
}

function scalarsOf(inputs: Tensors): StepScalars {
  return Object.fromEntries(SCALARS.map((name) => [name, inputs[name]!])) as unknown as StepScalars;
}

interface BuildArgs {
  state: Tensors;
  constants: Tensors;
  inputs: Tensors;
}

function lossAndGradients(
  { setup, trained }: { setup: TrainSetup; trained: Record<string, TensorSpec> },
  args: BuildArgs,
): { columns: Tensor; gradients: Tensors } {
  const names = Object.keys(trained);
  let columns: Tensor | null = null;
  const objective = (...values: Tensor[]): Tensor => {
    const state = {
      ...args.state,
      ...Object.fromEntries(names.map((name, i) => [name, values[i]!])),
    };
    columns = tf.keep(forwardLoss(setup, { ...args, state }));
    return tf.sum(tf.slice(columns, [0, 0], [-1, 1]));
  };
  const { grads } = tf.valueAndGrads(objective)(names.map((name) => args.state[name]!));
  const gradients = Object.fromEntries(names.map((name, i) => [name, grads[i]!]));
  // Made inside a tidy of tfjs, which would have disposed it; this copy belongs to the caller's.
  const copied = tf.clone(columns!);
  (columns as unknown as Tensor).dispose();
  return { columns: copied, gradients };
}

function dropoutOption(
  { model, lora, loraDropout = 0 }: TrainSetup,
  inputs: Tensors,
): { dropout?: (x: Tensor, name: string) => Tensor } {
  if (loraDropout === 0 || lora === null) return {};
  const targets = loraTargets(model, lora);
  const seed = inputs['dropoutSeed']!;
  return {
    dropout: (x, name) => dropout(x, { rate: loraDropout, seed, salt: targets.indexOf(name) }),
  };
}

/** The loss columns of one batch, float32 `[positions, LOSS_COLUMNS]`. */
function forwardLoss(setup: TrainSetup, { state, constants, inputs }: BuildArgs): Tensor {
  const { model, lora, teacher } = setup;
  const parameter = (name: string): Tensor => state[name] ?? constants[name]!;
  const project =
    lora === null
      ? plainProject(parameter)
      : loraProject(parameter, state, { ...lora, ...dropoutOption(setup, inputs) });
  const decoder: Decoder = { config: model, parameter, project };
  const hidden = hiddenStates(decoder, {
    idsBT: inputs['ids']!,
    positionsBT: inputs['positions']!,
    startsBT: inputs['starts']!,
  });
  const head = headName(model);
  return distillationLoss(
    {
      // Only supervised positions reach the vocabulary.
      hiddenND: tf.gather(hidden, inputs['index'] as Tensor1D),
      headVD: parameter(head),
      labelsN: inputs['labels']!,
      weightsN: inputs['weights']!,
      teacher: teacher && {
        idsNK: inputs['teacherIds']!,
        logpNK: inputs['teacherLogp']!,
        tailLogpN: teacher.hasTail ? inputs['teacherTail']! : null,
      },
      kindsN: inputs['kinds'] ?? null,
      temperatureN: inputs['temperature'] ?? null,
    },
    {
      kd: setup.kd,
      temperature: setup.temperature === 'scheduled' ? 1 : setup.temperature,
      divergence: setup.divergence,
      trainHead: state[head] !== undefined,
      precision: setup.precision,
      chunk: chunkFor(model.vocabSize, setup.positions),
    },
  );
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
