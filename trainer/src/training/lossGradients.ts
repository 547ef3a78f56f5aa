import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { rowsAfter } from '../engine/ops/rowsAfter.ts';
import type { Tensors } from '../engine/program.ts';
import { decoderLayer, embed, layerInput, norm } from '../model/llama.ts';
import { EMBEDDING, FINAL_NORM, headName, layerPrefix } from '../model/parameterSpecs.ts';
import { type BuildArgs, decoderInput, decoderOf, lossOf, studentLoss } from './studentLoss.ts';
import type { TrainSetup } from './trainSetup.ts';

export interface LossAndGradients {
  /** float32 `[positions, LOSS_COLUMNS]` */
  columns: Tensor;
  /** Of the summed loss, by parameter. */
  gradients: Tensors;
}

/** The loss of a batch, and its gradients with respect to the parameters of these names. */
export function lossAndGradients(
  setup: TrainSetup,
  names: readonly string[],
  args: BuildArgs,
): LossAndGradients {
  return setup.checkpointing
    ? checkpointedGradients(setup, names, args)
    : wholeGradients(setup, names, args);
}

function wholeGradients(
  setup: TrainSetup,
  names: readonly string[],
  args: BuildArgs,
): LossAndGradients {
  const loss = (values: Tensors): Tensor => studentLoss(setup, withValues(args, values));
  return lossPullBack(loss, pick(args.state, names));
}

/**
 * The same numbers with less memory: gradient checkpointing (Chen et al. 2016) with one layer a segment. The
 * forward pass keeps what goes into each layer, float32 `[B T, D]`, and the layer is computed once more when
 * its gradients are due, which costs about one forward pass.
 */
function checkpointedGradients(
  setup: TrainSetup,
  names: readonly string[],
  args: BuildArgs,
): LossAndGradients {
  const decoder = decoderOf(setup, args);
  const input = decoderInput(args);
  const shared = layerInput(decoder, input);
  const { numHiddenLayers } = setup.model;
  const entering = [embed(decoder, input)];
  for (let layer = 0; layer < numHiddenLayers; layer++)
    entering.push(tf.tidy(() => decoderLayer(decoder, layer, entering[layer]!, shared)));

  const { columns, gradients } = lossPullBack(
    ({ [HIDDEN]: x, ...values }) => {
      const own = withValues(args, values);
      return lossOf(setup, own, norm(decoderOf(setup, own), FINAL_NORM, x!));
    },
    { [HIDDEN]: entering[numHiddenLayers]!, ...pick(args.state, aboveLayers(setup, names)) },
  );
  let found = gradients;
  for (let layer = numHiddenLayers - 1; layer >= 0; layer--) {
    const dOut = found[HIDDEN]!;
    const x = entering[layer]!;
    // Not before the layer above is done with: what a runtime computes again too soon, it has to keep.
    const late = rowsAfter(x, knownAfter(Object.values(found)), { start: 0, size: x.shape[0] });
    const own = names.filter((name) => name.startsWith(`${layerPrefix(layer)}.`));
    found = pullBack(
      ({ [HIDDEN]: again, ...values }) =>
        decoderLayer(decoderOf(setup, withValues(args, values)), layer, again!, shared),
      { [HIDDEN]: late, ...pick(args.state, own) },
      dOut,
    );
    Object.assign(gradients, found);
  }
  const { [HIDDEN]: dEmbedded, ...ofParameters } = gradients;
  if (!names.includes(EMBEDDING)) return { columns, gradients: ofParameters };
  const ofRows = pullBack(
    (values) => embed(decoderOf(setup, withValues(args, values)), input),
    pick(args.state, [EMBEDDING]),
    dEmbedded,
  )[EMBEDDING]!;
  const ofHead = ofParameters[EMBEDDING];
  const whole = ofHead === undefined ? ofRows : tf.add(ofHead, ofRows);
  return { columns, gradients: { ...ofParameters, [EMBEDDING]: whole } };
}

/** Stands for hidden states among parameters. */
const HIDDEN = 'hidden states';

/** Those that the loss reads directly. */
function aboveLayers({ model }: TrainSetup, names: readonly string[]): string[] {
  const read = [`${FINAL_NORM}.weight`, headName(model)];
  return names.filter((name) => read.includes(name));
}

/** A number, float32 `[1, 1]`, that is there only once all of these are. */
function knownAfter(tensors: readonly Tensor[]): Tensor {
  const firsts = tensors.map((tensor) => tf.slice(tf.reshape(tensor, [tensor.size]), [0], [1]));
  return tf.reshape(
    firsts.reduce((sum, first) => tf.add(sum, first)),
    [1, 1],
  );
}

/** Loss columns with the gradients of their summed loss. */
function lossPullBack(
  columnsOf: (values: Tensors) => Tensor,
  at: Tensors,
): { columns: Tensor; gradients: Tensors } {
  let columns: Tensor | null = null;
  const gradients = pullBack((values) => {
    columns = tf.keep(columnsOf(values));
    return tf.sum(tf.slice(columns, [0, 0], [-1, 1]));
  }, at);
  // Made inside a tidy of tfjs, which would have disposed it; this copy belongs to the caller's.
  const copied = tf.clone(columns!);
  (columns as unknown as Tensor).dispose();
  return { columns: copied, gradients };
}

/** The gradients of `f` by name, where it was given `at`; `dOut`: of what follows it, else 1. */
function pullBack(f: (values: Tensors) => Tensor, at: Tensors, dOut?: Tensor): Tensors {
  const names = Object.keys(at);
  const named = (tensors: readonly Tensor[]): Tensors =>
    Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
  const gradientsAt = tf.grads((...tensors: Tensor[]) => f(named(tensors)));
  return named(gradientsAt(Object.values(at), dOut));
}

function withValues(args: BuildArgs, values: Tensors): BuildArgs {
  return { ...args, state: { ...args.state, ...values } };
}

function pick(tensors: Tensors, names: readonly string[]): Tensors {
  return Object.fromEntries(names.map((name) => [name, tensors[name]!]));
}
