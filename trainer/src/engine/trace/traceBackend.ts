import {
  type BackendValues,
  type DataId,
  type DataType,
  KernelBackend,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { Dtype, HostArray } from '../program.ts';
import { Graph, type Value } from './graph.ts';
import { CPU_TARGET, type GraphTarget } from './graphTarget.ts';

/**
 * A tfjs backend that computes nothing: each kernel appends nodes to a graph and returns a tensor that
 * has a shape and stands for a value of that graph. Gradients go through the same kernels, so the
 * backward pass and the optimizer are recorded too.
 */
export class TraceBackend extends KernelBackend {
  graph = new Graph(CPU_TARGET);
  private values = new Map<object, Value>();

  /** Begins a new graph. */
  reset(target: GraphTarget = CPU_TARGET): void {
    this.graph = new Graph(target);
    this.values = new Map();
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    const type = traceDtype(dtype);
    const data = hostValues(values, type);
    return this.register(this.graph.constant(data, shape, type));
  }

  /** The value of the graph that a tensor stands for. */
  lookup(tensor: TensorInfo): Value {
    const value = this.values.get(tensor.dataId);
    if (value === undefined) {
      throw new Error(`a tensor of shape [${tensor.shape.join()}] is not part of the trace`);
    }
    return sameShape(value.shape, tensor.shape) ? value : this.reshape(value, tensor.shape);
  }

  /** Wraps a value of the graph for tfjs. */
  wrap(value: Value): TensorInfo {
    return {
      dataId: this.register(value),
      shape: [...value.shape],
      dtype: value.dtype === 'int64' || value.dtype === 'uint8' ? 'int32' : value.dtype,
    };
  }

  private register(value: Value): DataId {
    const dataId = {};
    this.values.set(dataId, value);
    return dataId;
  }

  private reshape(value: Value, shape: readonly number[]): Value {
    const target = this.graph.ints(shape);
    return this.graph.emit('Reshape', [value, target], { shape, dtype: value.dtype });
  }

  override readSync(dataId: object): BackendValues {
    const constant = this.values.get(dataId)?.constant;
    if (constant !== undefined && !(constant instanceof BigInt64Array)) return constant;
    throw new Error('a traced program cannot read a value: it has none until the graph runs');
  }

  override read(dataId: object): Promise<BackendValues> {
    return Promise.resolve(this.readSync(dataId));
  }

  override numDataIds(): number {
    return this.values.size;
  }
  override refCount(): number {
    return 1;
  }
  override incRef(): void {
    /* values live as long as the trace */
  }
  override disposeData(): boolean {
    return true;
  }
  override floatPrecision(): 16 | 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }
  override timerAvailable(): boolean {
    return false;
  }
  override dispose(): void {
    this.reset();
  }
}

function traceDtype(dtype: DataType): Dtype {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new Error(`a traced program has no ${dtype} tensors`);
}

function hostValues(values: BackendValues, dtype: Dtype): HostArray {
  const numbers = values as unknown as ArrayLike<number>;
  if (dtype === 'float32') return Float32Array.from(numbers);
  return dtype === 'int32' ? Int32Array.from(numbers) : Uint8Array.from(numbers);
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
