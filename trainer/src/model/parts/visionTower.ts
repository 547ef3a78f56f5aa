import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { gelu } from '../../engine/ops/gelu.ts';
import { layerNorm } from '../../engine/ops/layerNorm.ts';
import type { Tensors } from '../../engine/program.ts';
import type { ParameterSpec } from '../architecture.ts';
import { configKeys, positive, size, type ValuesOf } from './configKeys.ts';
import { layerNormSpecs, linear, table } from './specs.ts';

/** `vision_config`; files leave keys out that have the defaults of transformers' class. */
export const visionKeys = configKeys({
  hidden_size: size.default(1152),
  intermediate_size: size.default(3072),
  num_hidden_layers: size.default(12),
  num_attention_heads: size.default(16),
  num_channels: z.literal(3).default(3),
  image_size: size.default(224),
  patch_size: size.default(32),
  hidden_act: z.literal('gelu_pytorch_tanh').default('gelu_pytorch_tanh'),
  layer_norm_eps: positive.default(1e-6),
  initializer_range: positive.default(0.02),
});

export type VisionConfig = ValuesOf<typeof visionKeys>;

const TOWER = 'model.vision_model';

/** Patches along one edge of a tile. */
export function patchesAlong({ imageSize, patchSize }: VisionConfig): number {
  return Math.floor(imageSize / patchSize);
}

/** Tokens that a tile becomes in the text. */
export function tokensOfTile(vision: VisionConfig, scaleFactor: number): number {
  return (patchesAlong(vision) / scaleFactor) ** 2;
}

/** What is wrong between keys that are each right. */
export function visionFaults(vision: VisionConfig, scaleFactor: number): string[] {
  const { hiddenSize, numAttentionHeads: heads } = vision;
  const faults: string[] = [];
  if (hiddenSize % heads !== 0)
    faults.push(`vision_config: "hidden_size": ${hiddenSize} is no multiple of ${heads} heads`);
  if (patchesAlong(vision) % scaleFactor !== 0)
    faults.push(`"scale_factor": ${scaleFactor} does not divide ${patchesAlong(vision)} patches`);
  return faults;
}

/** The tower's parameters. None has a layout, so that LoRA on linear modules is on the text alone. */
export function towerSpecs(vision: VisionConfig): Record<string, ParameterSpec> {
  const { hiddenSize: width, intermediateSize, initializerRange: deviation, patchSize } = vision;
  const square = { in: width, out: width, bias: true, deviation };
  const specs = {
    [`${TOWER}.embeddings.patch_embedding.weight`]: {
      shape: [width, 3, patchSize, patchSize],
      initial: { deviation },
    },
    [`${TOWER}.embeddings.patch_embedding.bias`]: { shape: [width], initial: { constant: 0 } },
    ...table(`${TOWER}.embeddings.position_embedding`, {
      ...{ rows: patchesAlong(vision) ** 2, width, deviation },
    }),
    ...Object.assign(
      {},
      ...Array.from({ length: vision.numHiddenLayers }, (_, layer) => {
        const at = layerName(layer);
        return {
          ...layerNormSpecs(`${at}.layer_norm1`, width),
          ...linear(`${at}.self_attn.q_proj`, square),
          ...linear(`${at}.self_attn.k_proj`, square),
          ...linear(`${at}.self_attn.v_proj`, square),
          ...linear(`${at}.self_attn.out_proj`, square),
          ...layerNormSpecs(`${at}.layer_norm2`, width),
          ...linear(`${at}.mlp.fc1`, { ...square, out: intermediateSize }),
          ...linear(`${at}.mlp.fc2`, { ...square, in: intermediateSize }),
        };
      }),
    ),
    ...layerNormSpecs(`${TOWER}.post_layernorm`, width),
  } as Record<string, ParameterSpec>;
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape, initial }]) => [name, { shape, initial }]),
  );
}

function layerName(layer: number): string {
  return `${TOWER}.encoder.layers.${layer}`;
}

/**
 * The SigLIP tower over one whole tile (Zhai et al. 2023, as `SmolVLMVisionTransformer`): patches times a matrix,
 * learnt positions, pre-norm blocks whose attention sees all patches, a norm.
 *
 * @param patchesPX float32 `[P, 3 p p]`: patches row by row, each channel by channel
 * @returns float32 `[P, Dv]`
 */
export function tower(vision: VisionConfig, parameters: Tensors, patchesPX: Tensor): Tensor {
  const { hiddenSize: width, layerNormEps: epsilon } = vision;
  const parameter = (name: string): Tensor => parameters[`${TOWER}.${name}`]!;
  const norm = (x: Tensor, name: string): Tensor =>
    layerNorm(x, { weight: parameter(`${name}.weight`), bias: parameter(`${name}.bias`) }, epsilon);
  const project = (x: Tensor, name: string): Tensor =>
    tf.add(tf.matMul(x, parameter(`${name}.weight`), false, true), parameter(`${name}.bias`));
  const patch = 'embeddings.patch_embedding';
  const matrix = tf.reshape(parameter(`${patch}.weight`), [width, -1]);
  const embedded = tf.add(tf.matMul(patchesPX, matrix, false, true), parameter(`${patch}.bias`));
  let x = tf.add(embedded, parameter('embeddings.position_embedding.weight'));
  for (let layer = 0; layer < vision.numHiddenLayers; layer++) {
    const at = `encoder.layers.${layer}`;
    x = tf.add(
      x,
      attention(vision, norm(x, `${at}.layer_norm1`), (y, name) =>
        project(y, `${at}.self_attn.${name}`),
      ),
    );
    const inner = gelu(project(norm(x, `${at}.layer_norm2`), `${at}.mlp.fc1`));
    x = tf.add(x, project(inner, `${at}.mlp.fc2`));
  }
  return norm(x, 'post_layernorm');
}

/** softmax(q k^T / sqrt(K)) v over all patches, float32 `[P, Dv]` to the same. */
function attention(
  { hiddenSize, numAttentionHeads: heads }: VisionConfig,
  xPD: Tensor,
  project: (x: Tensor, name: string) => Tensor,
): Tensor {
  const patches = xPD.shape[0];
  const headDim = hiddenSize / heads;
  const split = (name: string): Tensor =>
    tf.transpose(tf.reshape(project(xPD, name), [patches, heads, headDim]), [1, 0, 2]);
  const [q, k, v] = [split('q_proj'), split('k_proj'), split('v_proj')];
  const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(headDim));
  const seen = tf.matMul(tf.softmax(scores), v);
  return project(tf.reshape(tf.transpose(seen, [1, 0, 2]), [patches, hiddenSize]), 'out_proj');
}

/**
 * Squares of s by s patches as one token each, their features one after the other: float32 `[P, Dv]` to
 * `[P / s^2, s^2 Dv]` (`pixel_shuffle` of Idefics3).
 */
export function pixelShuffle(xPD: Tensor, along: number, factor: number): Tensor {
  const width = xPD.shape[1]!;
  const blocks = along / factor;
  const squares = tf.reshape(xPD, [blocks, factor, blocks, factor, width]);
  return tf.reshape(tf.transpose(squares, [0, 2, 1, 3, 4]), [
    blocks * blocks,
    factor * factor * width,
  ]);
}
