import * as tf from '@tensorflow/tfjs-core';
import { ROW_LANES } from '../engine/ops/dropout.ts';
import type { Program, Tensors, TensorSpec } from '../engine/program.ts';
import { loraSpecs } from '../lora/lora.ts';
import { divergenceParts } from '../losses/divergence.ts';
import { decoderShapes } from '../model/architectures.ts';
import { adamW, momentSpecs, type StepScalars } from './optim/adamW.ts';
import { parameterGroups, type ParameterGroup, WHOLE } from './optim/parameterGroups.ts';
import { lossAndGradients } from './lossGradients.ts';
import { studentLoss } from './studentLoss.ts';
import type { TrainSetup } from './trainSetup.ts';

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
    setup.wholeUpdates === true ? WHOLE : undefined,
  );
  const moments = momentSpecs(groups);
  const gradients = Object.fromEntries(
    Object.entries(trained).map(([name, spec]) => [gradientName(name), spec]),
  );
  const names = Object.keys(trained);
  const scalars = Object.fromEntries(SCALARS.map((name) => [name, scalarSpec()]));
  const batch = batchSpecs(setup);
  const undropped = { ...setup, loraDropout: 0 };
  return {
    step: {
      name: 'step',
      state: { ...trained, ...moments },
      constants: frozen,
      inputs: { ...batch, ...scalars },
      build: ({ state, constants, inputs }) => {
        const args = { state, constants, inputs };
        const { columns, gradients } = lossAndGradients(setup, names, args);
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
        const made = lossAndGradients(setup, names, { state, constants, inputs });
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
        const named = Object.fromEntries(names.map((name) => [name, state[gradientName(name)]!]));
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
      inputs: batchSpecs(undropped),
      build: (args) => ({
        updates: {},
        outputs: { columns: studentLoss(undropped, args) },
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
  for (const [name, shape] of Object.entries(decoderShapes(model))) {
    const target = lora === null || isTrained(name) ? trained : frozen;
    target[name] = { shape, dtype: 'float32' };
  }
  for (const [name, shape] of Object.entries(lora === null ? {} : loraSpecs(model, lora))) {
    trained[name] = { shape, dtype: 'float32' };
  }
  return { trained, frozen };
}

function batchSpecs(setup: TrainSetup): Record<string, TensorSpec> {
  const { rows, length, positions, teacher, pictureRows = 0 } = setup;
  const specs: Record<string, TensorSpec> = {
    ids: { shape: [rows, length], dtype: 'int32' },
    positions: { shape: [rows, length], dtype: 'int32' },
    starts: { shape: [rows, length], dtype: 'int32' },
    index: { shape: [positions], dtype: 'int32' },
    labels: { shape: [positions], dtype: 'int32' },
    weights: { shape: [positions], dtype: 'float32' },
  };
  if (pictureRows > 0) {
    specs['pictureRows'] = { shape: [rows, length], dtype: 'int32' };
    specs['pictureFeatures'] = { shape: [pictureRows, setup.model.hiddenSize], dtype: 'float32' };
  }
  if ((setup.loraDropout ?? 0) > 0)
    specs['dropoutRows'] = { shape: [rows * length, ROW_LANES], dtype: 'float32' };
  if (teacher === null) return specs;
  specs['teacherIds'] = { shape: [positions, teacher.k], dtype: 'int32' };
  specs['teacherLogp'] = { shape: [positions, teacher.k], dtype: 'float32' };
  if (teacher.hasTail) specs['teacherTail'] = { shape: [positions], dtype: 'float32' };
  if (teacher.isPartial) specs['teacherKnown'] = { shape: [positions], dtype: 'float32' };
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
