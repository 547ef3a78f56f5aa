import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { attention } from '../engine/ops/attention.ts';
import { rotary, type RotaryTables } from '../engine/ops/rotary.ts';
import type { Tensors } from '../engine/program.ts';
import type { Decoder, LayerContext, TableSize, Tokens } from './architecture.ts';
import { architectureOf, parameterSpecs } from './architectures.ts';
import type { ModelConfig } from './modelConfig.ts';

/** A batch of packed rows. */
export interface DecoderInput extends Tokens {
  /** Where in the row each token's record starts, int32 `[B, T]`. */
  startsBT: Tensor;
}

/** A model with these parameters, by name; other tensors among them are passed over. */
export function plainDecoder(config: ModelConfig, tensors: Tensors): Decoder {
  const specs = parameterSpecs(config);
  const parameter = (name: string): Tensor => {
    const tensor = tensors[name];
    if (tensor === undefined) throw new Error(`the model has no parameter "${name}"`);
    return tensor;
  };
  const project = (name: string, xND: Tensor): Tensor => {
    const isOutIn = specs[`${name}.weight`]?.layout !== 'in-out';
    const product = tf.matMul(xND, parameter(`${name}.weight`), false, isOutIn);
    const bias = tensors[`${name}.bias`];
    return bias === undefined ? product : tf.add(product, bias);
  };
  return { config, parameter, project };
}

/** The last hidden states, from which the head makes logits, float32 `[B T, D]`. */
export function hiddenStates(decoder: Decoder, input: DecoderInput): Tensor {
  const architecture = architectureOf(decoder.config);
  const contextOf = packedContexts(decoder.config, input);
  let x = architecture.embed(decoder, input);
  for (let layer = 0; layer < decoder.config.numHiddenLayers; layer++)
    x = architecture.layer(decoder, layer, x, contextOf(layer));
  return architecture.finish(decoder, x);
}

/** What each layer reads besides hidden states, where a row holds whole records that do not see each other. */
export function packedContexts(
  config: ModelConfig,
  { idsBT, positionsBT, startsBT }: DecoderInput,
): (layer: number) => LayerContext {
  const architecture = architectureOf(config);
  const [batch, length] = idsBT.shape as [number, number];
  const tables = rotaryTensors(config, { positions: length, reach: length });
  const layers = Array.from({ length: config.numHiddenLayers }, (_, layer) =>
    architecture.attention(config, layer),
  );
  const starts = forEachOf(
    layers.map(({ window }) => window ?? null),
    (window) => windowStarts(startsBT, window),
  );
  return (layer) => {
    const { window = null, ...heads } = layers[layer]!;
    return {
      batch,
      length,
      rotate: (xBTD, table) => rotary(xBTD, positionsBT, tables[table]!, heads.headDim),
      attend: (qkv) => attention({ ...qkv, startsBT: starts(window) }, { batch, length, ...heads }),
    };
  };
}

/** What is made once for each of the values, however many layers have it. */
export function forEachOf<K, V>(values: readonly K[], make: (value: K) => V): (value: K) => V {
  const made = new Map([...new Set(values)].map((value) => [value, make(value)]));
  return (value) => made.get(value)!;
}

export function rotaryTensors(config: ModelConfig, size: TableSize): Record<string, RotaryTables> {
  const { positions } = size;
  const tables = architectureOf(config).rotaryTables(config, size);
  return Object.fromEntries(
    Object.entries(tables).map(([name, { cos, sin, half }]) => [
      name,
      {
        cos: tf.tensor(cos, [positions, half], 'float32'),
        sin: tf.tensor(sin, [positions, half], 'float32'),
      },
    ]),
  );
}

/** The first key that each query sees: that of its record, or of its window where that begins later. */
function windowStarts(startsBT: Tensor, window: number | null): Tensor {
  const length = startsBT.shape[1]!;
  if (window === null || window >= length) return startsBT;
  const first = Int32Array.from({ length }, (_, query) => Math.max(0, query - window + 1));
  return tf.maximum(startsBT, tf.tensor(first, [1, length], 'int32'));
}
