import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Executor, HostArray, HostTensor } from '../../trainer/src/engine/program.ts';
import { runOnce } from './executors.ts';

interface Differentiated {
  inputs: Record<string, HostTensor>;
  /** Names of the inputs to differentiate by. */
  by: readonly string[];
  /** The gradient that comes from above; without it, ones. */
  cotangent?: HostTensor;
  build: (inputs: Record<string, Tensor>) => Tensor;
}

/** The value of `build` and, under each input's name, the gradient of sum(value * cotangent). */
export async function gradients(
  executor: Executor,
  { inputs, by, cotangent, build }: Differentiated,
): Promise<{ value: HostArray; d: Record<string, Float32Array> }> {
  const all = cotangent === undefined ? inputs : { ...inputs, cotangent };
  const { value, ...d } = await runOnce(executor, all, (tensors) => {
    const objective = (...values: Tensor[]): tf.Scalar => {
      const changed = Object.fromEntries(by.map((name, index) => [name, values[index]!]));
      const built = build({ ...tensors, ...changed });
      const weighed = cotangent === undefined ? built : tf.mul(built, tensors['cotangent']!);
      return tf.sum(weighed);
    };
    const { grads } = tf.valueAndGrads(objective)(by.map((name) => tensors[name]!));
    return {
      value: build(tensors),
      ...Object.fromEntries(by.map((name, index) => [name, grads[index]!])),
    };
  });
  return { value: value!, d: d as Record<string, Float32Array> };
}

/** Every partial derivative of `f` at `x` by central differences in f64. */
export function numericGradient(
  f: (x: Float64Array) => number,
  at: ArrayLike<number>,
  step = 1e-5,
): Float64Array {
  const x = Float64Array.from(at);
  return Float64Array.from(x, (value, i) => {
    x[i] = value + step;
    const above = f(x);
    x[i] = value - step;
    const below = f(x);
    x[i] = value;
    return (above - below) / (2 * step);
  });
}

/** The derivative of `f` at `x` along `direction`, in f64. */
export function numericDirectional(
  f: (x: Float64Array) => number,
  at: ArrayLike<number>,
  direction: ArrayLike<number>,
): number {
  const step = 1e-5;
  const moved = (size: number): Float64Array =>
    Float64Array.from(at, (value, i) => value + size * direction[i]!);
  return (f(moved(step)) - f(moved(-step))) / (2 * step);
}
