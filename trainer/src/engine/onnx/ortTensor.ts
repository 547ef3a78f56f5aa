import { type Dtype, elementCount, type HostArray, type TensorSpec } from '../program.ts';
import type { Handle, OrtApi } from './ortApi.ts';

/** `ONNXTensorElementDataType` of onnxruntime_c_api.h. */
const ELEMENT_TYPE: Record<Dtype, number> = { float32: 1, int32: 6, bool: 9 };

/** A tensor of ONNX Runtime with the memory that it stands for; what is never disposed of goes with it. */
export class OrtTensor implements TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  /** The values, where they lie in this process's memory; null on a device. */
  readonly data: HostArray | null;
  private readonly api: OrtApi;
  private handle: Handle | null;

  private constructor(
    api: OrtApi,
    { shape, dtype }: TensorSpec,
    { handle, data }: { handle: Handle; data: HostArray | null },
  ) {
    this.api = api;
    this.shape = shape;
    this.dtype = dtype;
    this.data = data;
    this.handle = handle;
    leftOver.register(this, { api, handle }, this);
  }

  /** Over an array, which is read and written where it lies. */
  static over(api: OrtApi, memory: Handle, spec: TensorSpec, data: HostArray): OrtTensor {
    if (data.length !== elementCount(spec.shape)) {
      throw new Error(`${data.length} values do not fit shape [${spec.shape.join()}]`);
    }
    const [dims, type] = [dimsOf(spec), ELEMENT_TYPE[spec.dtype]];
    const rank = spec.shape.length;
    const name = 'CreateTensorWithDataAsOrtValue';
    const handle = api.make(name, memory, data, data.byteLength, dims, rank, type);
    return new OrtTensor(api, spec, { handle, data });
  }

  /** In an allocator's memory, with whatever was there. */
  static within(api: OrtApi, allocator: Handle, spec: TensorSpec): OrtTensor {
    const [dims, type] = [dimsOf(spec), ELEMENT_TYPE[spec.dtype]];
    const name = 'CreateTensorAsOrtValue';
    const handle = api.make(name, allocator, dims, spec.shape.length, type);
    return new OrtTensor(api, spec, { handle, data: null });
  }

  /** For calls of the C API, in this folder only. */
  get value(): Handle {
    if (this.handle === null) throw new Error('a tensor is used after it was disposed of');
    return this.handle;
  }

  dispose(): void {
    if (this.handle === null) return;
    leftOver.unregister(this);
    this.api.release('ReleaseValue', this.handle);
    this.handle = null;
  }
}

const leftOver = new FinalizationRegistry<{ api: OrtApi; handle: Handle }>(({ api, handle }) =>
  api.release('ReleaseValue', handle),
);

function dimsOf({ shape }: TensorSpec): BigInt64Array {
  return BigInt64Array.from(shape, BigInt);
}
