import type { Tensor } from '@tensorflow/tfjs-core';

export type Dtype = 'float32' | 'int32' | 'bool';
export type HostArray = Float32Array | Int32Array | Uint8Array;

export interface TensorSpec {
  shape: readonly number[];
  dtype: Dtype;
}

/** Values on the host, row-major. `bool` is kept as 0 and 1 in a `Uint8Array`. */
export interface HostTensor extends TensorSpec {
  data: HostArray;
}

export type Tensors = Record<string, Tensor>;

/**
 * A pure function over tfjs ops with static shapes, run by any executor.
 *
 * - `state` tensors live with the executor between runs (parameters, optimizer moments). Those that
 *   `build` returns under `updates` are replaced *in place* by the run, so every other reader of a
 *   replaced tensor must come before its replacement in the data flow; tracing checks it.
 * - `constants` never change (frozen weights); an executor may pack them once.
 * - `inputs` are passed to every run, `outputs` are read back after every run.
 */
export interface Program {
  name: string;
  state: Record<string, TensorSpec>;
  constants: Record<string, TensorSpec>;
  inputs: Record<string, TensorSpec>;
  build(args: { state: Tensors; constants: Tensors; inputs: Tensors }): {
    updates: Tensors;
    outputs: Tensors;
  };
}

/** A tensor that an executor holds; `read` copies it to the host. */
export interface DeviceTensor extends TensorSpec {
  read(): Promise<HostArray>;
  write(data: HostArray): void;
  /** Zeros in its place, without a copy on the host. */
  clear(): void;
  dispose(): void;
}

export type DeviceTensors = Record<string, DeviceTensor>;

export interface CompiledProgram {
  /** Runs once: `state` is updated in place, the outputs come back as host arrays owned by the caller. */
  run(
    state: DeviceTensors,
    inputs: Record<string, HostArray>,
    options?: RunOptions,
  ): Promise<Record<string, HostArray>>;
  dispose(): Promise<void>;
  /** Compile cost and result, for logs. */
  info: {
    nodes: number;
    traceMs: number;
    sessionMs: number;
    cached: boolean;
    /** What the CPU runs of a program that lives on a device, by operator and name: it makes the device wait. */
    onHost: readonly string[];
  };
}

export interface RunOptions {
  /**
   * Ends the run within milliseconds and rejects with the signal's reason. State that the program updates is
   * then of neither step, so only what updates nothing that is kept is given one.
   */
  signal?: AbortSignal | undefined;
}

export interface Executor {
  readonly name: ExecutorName;
  /** What it runs on, for logs: `ONNX Runtime 1.30 (CPU, 2 threads)`. */
  readonly description: string;
  /** Identifies the numerics: another build may give different results for the same program. */
  readonly build: string;
  /** Whether state is on a device of its own, where each operation costs a call, and large ones no more than small. */
  readonly isDevice: boolean;
  compile(
    program: Program,
    constants: DeviceTensors,
    options?: CompileOptions,
  ): Promise<CompiledProgram>;
  tensor(value: HostTensor): DeviceTensor;
}

export type ExecutorName = 'onnx' | 'tfjs-cuda' | 'tfjs-cpu' | 'reference';

export interface CompileOptions {
  /** Names everything the program depends on beside its own shapes; with it the traced graph is cached on disk. */
  cacheKey?: string;
  /** What matrix multiplications compute in; everything else is fp32. Default: fp32. */
  precision?: Precision;
}

export type Precision = 'fp32' | 'fp16' | 'bf16';

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Numbers in all tensors of these shapes. */
export function totalElements(shapes: Readonly<Record<string, readonly number[]>>): number {
  return Object.values(shapes).reduce((sum, shape) => sum + elementCount(shape), 0);
}

export function zeros(spec: TensorSpec): HostTensor {
  return { ...spec, data: hostArray(spec.dtype, elementCount(spec.shape)) };
}

export function hostArray(dtype: Dtype, length: number): HostArray {
  if (dtype === 'float32') return new Float32Array(length);
  return dtype === 'int32' ? new Int32Array(length) : new Uint8Array(length);
}
