import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { dropout } from '../engine/ops/dropout.ts';
import type { Tensors } from '../engine/program.ts';
import { loraTargets, withAdapters } from '../lora/lora.ts';
import { chunkFor, distillationLoss } from '../losses/distillationLoss.ts';
import type { Decoder } from '../model/architecture.ts';
import { headName } from '../model/architectures.ts';
import { type DecoderInput, hiddenStates, plainDecoder } from '../model/decoder.ts';
import type { TrainSetup } from './trainSetup.ts';

/** What a training program computes with: parameters that train and that do not, and a batch. */
export interface BuildArgs {
  state: Tensors;
  constants: Tensors;
  inputs: Tensors;
}

/** The loss columns of one batch, float32 `[positions, LOSS_COLUMNS]`. */
export function studentLoss(setup: TrainSetup, args: BuildArgs): Tensor {
  return lossOf(setup, args, hiddenStates(decoderOf(setup, args), decoderInput(args)));
}

/** The student with its adapters. */
export function decoderOf(setup: TrainSetup, { state, constants, inputs }: BuildArgs): Decoder {
  const { model, lora } = setup;
  const decoder = plainDecoder(model, { ...constants, ...state });
  if (lora === null) return decoder;
  return withAdapters(decoder, state, { ...lora, ...dropoutOption(setup, inputs) });
}

export function decoderInput({ inputs }: BuildArgs): DecoderInput {
  return {
    idsBT: inputs['ids']!,
    positionsBT: inputs['positions']!,
    startsBT: inputs['starts']!,
    ...(inputs['pictureFeatures'] !== undefined && {
      pictures: { featuresFD: inputs['pictureFeatures'], rowsBT: inputs['pictureRows']! },
    }),
  };
}

/** The same from the last hidden states, float32 `[B T, D]`. */
export function lossOf(
  setup: TrainSetup,
  { state, constants, inputs }: BuildArgs,
  hiddenND: Tensor,
): Tensor {
  const { model, teacher } = setup;
  const head = headName(model);
  return distillationLoss(
    {
      // Only supervised positions reach the vocabulary.
      hiddenND: tf.gather(hiddenND, inputs['index'] as Tensor1D),
      headVD: state[head] ?? constants[head]!,
      labelsN: inputs['labels']!,
      weightsN: inputs['weights']!,
      teacher: teacher && {
        idsNK: inputs['teacherIds']!,
        logpNK: inputs['teacherLogp']!,
        tailLogpN: teacher.hasTail ? inputs['teacherTail']! : null,
      },
      kindsN: inputs['kinds'] ?? null,
      knownN: inputs['teacherKnown'] ?? null,
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

function dropoutOption(
  { model, lora, loraDropout = 0 }: TrainSetup,
  inputs: Tensors,
): { dropout?: (x: Tensor, name: string) => Tensor } {
  if (loraDropout === 0 || lora === null) return {};
  const targets = loraTargets(model, lora);
  const rowsN4 = inputs['dropoutRows']!;
  return {
    dropout: (x, name) => dropout(x, { rate: loraDropout, rowsN4, salt: targets.indexOf(name) }),
  };
}
