import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { attention } from '../engine/ops/attention.ts';
import { rmsNorm } from '../engine/ops/rmsNorm.ts';
import { rotary, type RotaryTables } from '../engine/ops/rotary.ts';
import { swiGlu } from '../engine/ops/swiGlu.ts';
import type { ModelConfig } from './modelConfig.ts';
import { EMBEDDING, FINAL_NORM, layerPrefix } from './parameterSpecs.ts';
import { rotaryTables } from './rotaryTables.ts';

/** A batch of packed rows. */
export interface DecoderInput {
  /** int32 `[B, T]` */
  idsBT: Tensor;
  /** Position of each token in its own record, int32 `[B, T]`. */
  positionsBT: Tensor;
  /** Where in the row each token's record starts, int32 `[B, T]`. */
  startsBT: Tensor;
}

/** Multiplies activations `[N, in]` with the projection of this name, giving `[N, out]`. */
export type Project = (name: string, xND: Tensor) => Tensor;

export interface Decoder {
  config: ModelConfig;
  /** The parameter of this Hugging Face name. */
  parameter: (name: string) => Tensor;
  project: Project;
}

/** Plain projections: `x W^T`. */
export function plainProject(parameter: Decoder['parameter']): Project {
  return (name, xND) => tf.matMul(xND, parameter(`${name}.weight`), false, true);
}

/** What every layer reads besides the hidden states. */
export interface LayerInput {
  input: DecoderInput;
  tables: RotaryTables;
}

/**
 * The last hidden states of a Llama decoder, after the final norm, float32 `[B T, D]`: pre-norm blocks
 * of rotary grouped-query attention and SwiGLU (Touvron et al. 2023).
 */
export function hiddenStates(decoder: Decoder, input: DecoderInput): Tensor {
  const shared = layerInput(decoder, input);
  let x = embed(decoder, input);
  for (let layer = 0; layer < decoder.config.numHiddenLayers; layer++)
    x = decoderLayer(decoder, layer, x, shared);
  return norm(decoder, FINAL_NORM, x);
}

export function layerInput({ config }: Decoder, input: DecoderInput): LayerInput {
  return { input, tables: rotaryTensors(config, input.idsBT.shape[1]!) };
}

/** The embedding of each token, float32 `[B T, D]`. */
export function embed({ parameter }: Decoder, { idsBT }: DecoderInput): Tensor {
  return tf.gather(parameter(EMBEDDING), tf.reshape<tf.Rank.R1>(idsBT, [idsBT.size]));
}

/** One block, float32 `[B T, D]` to the same. */
export function decoderLayer(
  decoder: Decoder,
  layer: number,
  xND: Tensor,
  shared: LayerInput,
): Tensor {
  const prefix = layerPrefix(layer);
  const attended = attentionBlock(decoder, prefix, {
    x: norm(decoder, `${prefix}.input_layernorm`, xND),
    ...shared,
  });
  const x = tf.add(xND, attended);
  return tf.add(x, mlp(decoder, prefix, norm(decoder, `${prefix}.post_attention_layernorm`, x)));
}

export function norm({ config, parameter }: Decoder, name: string, xND: Tensor): Tensor {
  return rmsNorm(xND, parameter(`${name}.weight`), config.rmsNormEps);
}

export function mlp({ project }: Decoder, prefix: string, xND: Tensor): Tensor {
  const gate = project(`${prefix}.mlp.gate_proj`, xND);
  const up = project(`${prefix}.mlp.up_proj`, xND);
  return project(`${prefix}.mlp.down_proj`, swiGlu(gate, up));
}

export function rotaryTensors(config: ModelConfig, positions: number): RotaryTables {
  const { cos, sin, half } = rotaryTables(config, positions);
  return {
    cos: tf.tensor(cos, [positions, half], 'float32'),
    sin: tf.tensor(sin, [positions, half], 'float32'),
  };
}

function attentionBlock(
  { config, project }: Decoder,
  prefix: string,
  { x, input, tables }: { x: Tensor; input: DecoderInput; tables: RotaryTables },
): Tensor {
  const [batch, length] = input.idsBT.shape as [number, number];
  const rows = (name: string): Tensor => {
    const projected = project(`${prefix}.self_attn.${name}`, x);
    return tf.reshape(projected, [batch, length, projected.shape[1]!]);
  };
  const q = rotary(rows('q_proj'), input.positionsBT, tables);
  const k = rotary(rows('k_proj'), input.positionsBT, tables);
  const attended = attention(
    { q, k, v: rows('v_proj'), startsBT: input.startsBT },
    {
      batch,
      length,
      heads: config.numAttentionHeads,
      keyValueHeads: config.numKeyValueHeads,
      headDim: config.headDim,
    },
  );
  const width = config.numAttentionHeads * config.headDim;
  return project(`${prefix}.self_attn.o_proj`, tf.reshape(attended, [batch * length, width]));
}
