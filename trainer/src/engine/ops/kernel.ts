import { engine, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Lowering } from '../lowerings/lowering.ts';
import type { GraphTarget } from '../trace/graphTarget.ts';

/**
 * An operator of our own. `compute` says what it is in terms of tfjs ops, for the executors that run
 * op by op; `lower` is what the traced graph gets instead, usually one fused node.
 */
export interface OwnKernel {
  name: string;
  inputs: readonly string[];
  compute(inputs: Tensor[], attrs: Record<string, unknown>): Tensor | Tensor[];
  lower: Lowering;
  /** Where `lower` gives nodes that the target has; elsewhere the graph is made of what `compute` is. Default: all. */
  lowersOn?: (target: GraphTarget) => boolean;
}

export function callKernel(
  kernel: OwnKernel,
  inputs: readonly Tensor[],
  attrs: Record<string, unknown> = {},
): Tensor[] {
  const named = Object.fromEntries(kernel.inputs.map((name, index) => [name, inputs[index]!]));
  const result: Tensor | Tensor[] = engine().runKernel(
    kernel.name,
    named,
    attrs as Record<string, number>,
  );
  return Array.isArray(result) ? result : [result];
}

/** tfjs hands kernels plain infos; ops want tensors. */
export function asTensor(info: TensorInfo): Tensor {
  return 'rank' in info ? (info as Tensor) : engine().makeTensorFromTensorInfo(info);
}
