import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { gelu } from '../../engine/ops/gelu.ts';
import { swiGlu } from '../../engine/ops/swiGlu.ts';
import type { Decoder } from '../architecture.ts';

/** SwiGLU (Shazeer 2020): `down(silu(gate x) * up x)`, float32 `[N, D]` to the same. */
export function swiGluMlp({ project }: Decoder, module: string, xND: Tensor): Tensor {
  const gate = project(`${module}.gate_proj`, xND);
  const up = project(`${module}.up_proj`, xND);
  return project(`${module}.down_proj`, swiGlu(gate, up));
}

/** SwiGLU whose gate and up are one matrix. */
export function fusedSwiGluMlp({ project }: Decoder, module: string, xND: Tensor): Tensor {
  const [gate, up] = tf.split(project(`${module}.gate_up_proj`, xND), 2, -1) as [Tensor, Tensor];
  return project(`${module}.down_proj`, swiGlu(gate, up));
}

/** GEGLU (Shazeer 2020): `down(gelu(gate x) * up x)`. */
export function geGluMlp({ project }: Decoder, module: string, xND: Tensor): Tensor {
  const gate = gelu(project(`${module}.gate_proj`, xND));
  const up = project(`${module}.up_proj`, xND);
  return project(`${module}.down_proj`, tf.mul(gate, up));
}

/** Activations of feed-forward parts without a gate, by their names in transformers. */
export const ACTIVATIONS = {
  gelu_new: gelu,
  gelu_pytorch_tanh: gelu,
  relu: (x: Tensor) => tf.relu(x),
} as const;
