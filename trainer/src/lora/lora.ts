import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { HostTensor, Tensors } from '../engine/program.ts';
import type { Decoder } from '../model/architecture.ts';
import { linearModules } from '../model/architectures.ts';
import type { ModelConfig } from '../model/modelConfig.ts';

export interface LoraOptions {
  r: number;
  alpha: number;
  /** Last parts of the names of linear modules, as in PEFT: `q_proj`. */
  targetModules: readonly string[];
  /** Scale by alpha / sqrt(r) instead of alpha / r (Kalajdzievski 2023). */
  useRslora: boolean;
}

/** Names of an adapter's two matrices for a linear module: A `[r, in]`, B `[out, r]`. */
export const loraName = {
  a: (module: string) => `${module}.lora_A.weight`,
  b: (module: string) => `${module}.lora_B.weight`,
};

export function loraScale({ r, alpha, useRslora }: LoraOptions): number {
  return alpha / (useRslora ? Math.sqrt(r) : r);
}

/** The linear modules that get an adapter, by their full names. */
export function loraTargets(config: ModelConfig, { targetModules }: LoraOptions): string[] {
  return Object.keys(linearModules(config)).filter((module) =>
    targetModules.includes(lastPart(module)),
  );
}

/** All names that `targetModules` can have for a model: PEFT's `all-linear`. */
export function targetNames(config: ModelConfig): string[] {
  return [...new Set(Object.keys(linearModules(config)).map(lastPart))];
}

function lastPart(module: string): string {
  return module.slice(module.lastIndexOf('.') + 1);
}

/** Shapes of all adapter matrices, by name. */
export function loraSpecs(
  config: ModelConfig,
  options: LoraOptions,
): Record<string, readonly [number, number]> {
  const modules = linearModules(config);
  return Object.fromEntries(
    loraTargets(config, options).flatMap((target) => {
      const widths = modules[target]!;
      return [
        [loraName.a(target), [options.r, widths.in]],
        [loraName.b(target), [widths.out, options.r]],
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

/** The model with adapters: `x W^T + scale (x A^T) B^T` where there is one, `x W^T` elsewhere. */
export function withAdapters(
  decoder: Decoder,
  adapters: Tensors,
  options: LoraOptions & { dropout?: (x: Tensor, name: string) => Tensor },
): Decoder {
  const scale = loraScale(options);
  const project = (name: string, xND: Tensor): Tensor => {
    const a = adapters[loraName.a(name)];
    const b = adapters[loraName.b(name)];
    const base = decoder.project(name, xND);
    if (a === undefined || b === undefined) return base;
    const input = options.dropout?.(xND, name) ?? xND;
    const low = tf.mul(tf.matMul(input, a, false, true), scale);
    return tf.add(base, tf.matMul(low, b, false, true));
  };
  return { ...decoder, project };
}
