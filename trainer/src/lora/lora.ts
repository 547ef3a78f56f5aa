import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { HostTensor, Tensors } from '../engine/program.ts';
import { plainProject, type Project } from '../model/llama.ts';
import type { ModelConfig } from '../model/modelConfig.ts';
import { layerPrefix, projectionShapes } from '../model/parameterSpecs.ts';

export interface LoraOptions {
  r: number;
  alpha: number;
  /** Last parts of projection names, as in PEFT: `q_proj`. */
  targetModules: readonly string[];
  /** Scale by alpha / sqrt(r) instead of alpha / r (Kalajdzievski 2023). */
  useRslora: boolean;
}

/** Names of an adapter's two matrices for a projection: A `[r, in]`, B `[out, r]`. */
export const loraName = {
  a: (projection: string) => `${projection}.lora_A.weight`,
  b: (projection: string) => `${projection}.lora_B.weight`,
};

export function loraScale({ r, alpha, useRslora }: LoraOptions): number {
  return alpha / (useRslora ? Math.sqrt(r) : r);
}

/** The projections that get an adapter, by their full names. */
export function loraTargets(config: ModelConfig, { targetModules }: LoraOptions): string[] {
  const names = Object.keys(projectionShapes(config)).filter((name) =>
    targetModules.includes(name.slice(name.indexOf('.') + 1)),
  );
  return Array.from({ length: config.numHiddenLayers }, (_, layer) =>
    names.map((name) => `${layerPrefix(layer)}.${name}`),
  ).flat();
}

/** Shapes of all adapter matrices, by name. */
export function loraSpecs(
  config: ModelConfig,
  options: LoraOptions,
): Record<string, readonly [number, number]> {
  const shapes = projectionShapes(config);
  return Object.fromEntries(
    loraTargets(config, options).flatMap((target) => {
      const [outputs, inputs] = shapes[target.split('.').slice(-2).join('.')]!;
      return [
        [loraName.a(target), [options.r, inputs]],
        [loraName.b(target), [outputs, options.r]],
      ];
    }),
  );
}

/** Untrained adapters: A Kaiming-uniform with a = sqrt 5, so within 1 / sqrt(in), and B zero (Hu et al. 2021). */
export function initialLora(
  config: ModelConfig,
  options: LoraOptions,
  uniform: () => number,
): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(loraSpecs(config, options)).map(([name, shape]) => {
      const data = new Float32Array(shape[0] * shape[1]);
      if (name.includes('lora_A')) {
        const bound = 1 / Math.sqrt(shape[1]);
        for (let i = 0; i < data.length; i++) data[i] = (2 * uniform() - 1) * bound;
      }
      return [name, { shape, dtype: 'float32', data }];
    }),
  );
}

/** `x W^T + scale (x A^T) B^T` where there is an adapter, `x W^T` elsewhere. */
export function loraProject(
  parameter: (name: string) => Tensor,
  adapters: Tensors,
  options: LoraOptions & { dropout?: (x: Tensor, name: string) => Tensor },
): Project {
  const plain = plainProject(parameter);
  const scale = loraScale(options);
  return (name, xND) => {
    const a = adapters[loraName.a(name)];
    const b = adapters[loraName.b(name)];
    const base = plain(name, xND);
    if (a === undefined || b === undefined) return base;
    const input = options.dropout?.(xND, name) ?? xND;
    const low = tf.mul(tf.matMul(input, a, false, true), scale);
    return tf.add(base, tf.matMul(low, b, false, true));
  };
}
