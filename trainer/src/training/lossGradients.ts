import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { rowsAfter } from '../engine/ops/rowsAfter.ts';
import type { Tensors } from '../engine/program.ts';
import type { Decoder, ModelParameters } from '../model/architecture.ts';
import { architectureOf, headName, parameterSpecs } from '../model/architectures.ts';
import { packedContexts } from '../model/decoder.ts';
import type { ModelConfig } from '../model/modelConfig.ts';
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
  const architecture = architectureOf(setup.model);
  const parts = architecture.parameters(setup.model);
  const trainedOf = (read: ModelParameters['final']): Tensors =>
    pick(args.state, ownOrAdapter(names, read));
  const decoderWith = (values: Tensors): Decoder => decoderOf(setup, withValues(args, values));
  const input = decoderInput(args);
  const contextOf = packedContexts(setup.model, input);
  const layerWith = (values: Tensors, layer: number, x: Tensor): Tensor =>
    architecture.layer(decoderWith(values), layer, x, contextOf(layer));
  const entering = [architecture.embed(decoderWith({}), input)];
  parts.layers.forEach((_, layer) => {
    entering.push(tf.tidy(() => layerWith({}, layer, entering[layer]!)));
  });

  const { columns, gradients } = lossPullBack(
    ({ [HIDDEN]: x, ...values }) =>
      lossOf(setup, withValues(args, values), architecture.finish(decoderWith(values), x!)),
    {
      [HIDDEN]: entering.at(-1)!,
      ...trainedOf({ ...parts.final, ...headSpec(setup.model) }),
    },
  );
  let found = gradients;
  for (let layer = parts.layers.length - 1; layer >= 0; layer--) {
    const dOut = found[HIDDEN]!;
    const x = entering[layer]!;
    // Not before the layer above is done with: what a runtime computes again too soon, it has to keep.
    const late = rowsAfter(x, knownAfter(Object.values(found)), { start: 0, size: x.shape[0] });
    found = pullBack(
      ({ [HIDDEN]: again, ...values }) => layerWith(values, layer, again!),
      { [HIDDEN]: late, ...trainedOf(parts.layers[layer]!) },
      dOut,
    );
    Object.assign(gradients, found);
  }
  const { [HIDDEN]: dEmbedded, ...ofParameters } = gradients;
  const embedding = trainedOf(parts.embedding);
  if (Object.keys(embedding).length === 0) return { columns, gradients: ofParameters };
  const ofEmbedding = pullBack(
    (values) => architecture.embed(decoderWith(values), input),
    embedding,
    dEmbedded,
  );
  return { columns, gradients: { ...ofParameters, ...summed(ofParameters, ofEmbedding) } };
}

/** Those of the names that are parameters of a part of the model, or belong to adapters on its modules. */
function ownOrAdapter(names: readonly string[], part: ModelParameters['final']): string[] {
  return names.filter((name) => Object.hasOwn(part, name.replace(/\.lora_[AB]\./, '.')));
}

function headSpec(model: ModelConfig): ModelParameters['final'] {
  const head = headName(model);
  return { [head]: parameterSpecs(model)[head]! };
}

/** The second ones, with what the first have of the same names: a tied head is the embedding. */
function summed(first: Tensors, second: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(second).map(([name, gradient]) => {
      const other = first[name];
      return [name, other === undefined ? gradient : tf.add(other, gradient)];
    }),
  );
}

/** Stands for hidden states among parameters. */
const HIDDEN = 'hidden states';

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
