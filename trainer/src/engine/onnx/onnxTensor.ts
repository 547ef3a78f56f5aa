import { DeepCoderError } from '@deepcoder/config';
import { type DeviceTensor, type HostArray, type HostTensor, zeros } from '../program.ts';
import type { OrtRuntime } from './ortRuntime.ts';
import type { OrtTensor } from './ortTensor.ts';

/** A tensor that programs of ONNX Runtime keep between runs. */
export interface OnnxTensor extends DeviceTensor {
  /** Where its values are. */
  readonly tensor: OrtTensor;
  /** Another place of the same kind, for a run that may not write over what it reads. */
  other: () => OrtTensor;
  /** The other place has the values from now on. */
  swap: () => void;
}

export function onnxTensor(runtime: OrtRuntime, value: HostTensor): OnnxTensor {
  return runtime.provider.memory === null ? hostTensor(runtime, value) : onDevice(runtime, value);
}

/** In the very array that is given. */
function hostTensor(runtime: OrtRuntime, { data, shape, dtype }: HostTensor): OnnxTensor {
  const spec = { shape, dtype };
  return turning(runtime, runtime.hostTensor(spec, data), {
    make: () => runtime.hostTensor(spec, zeros(spec).data),
    read: ({ data: values }) => values!.slice(),
    write: ({ data: values }, given) => values!.set(given),
    clear: ({ data: values }) => void values!.fill(0),
  });
}

function onDevice(runtime: OrtRuntime, { data, shape, dtype }: HostTensor): OnnxTensor {
  const spec = { shape, dtype };
  const write = (place: OrtTensor, given: HostArray): void => {
    const source = runtime.hostTensor(spec, given);
    runtime.copy(source, place);
    source.dispose();
  };
  const readNow = (place: OrtTensor): HostArray => {
    const target = runtime.hostTensor(spec, zeros(spec).data);
    runtime.copy(place, target);
    target.dispose();
    return target.data!;
  };
  const place = runtime.deviceTensor(spec);
  write(place, data);
  if (data.byteLength >= CHECKED_BYTES && !sameBytes(readNow(place), data))
    throw outOfMemory(runtime, data.byteLength);
  return turning(runtime, place, {
    make: () => runtime.deviceTensor(spec),
    read: readNow,
    write,
    clear: (to) => write(to, zeros(spec).data),
  });
}

/** A tensor that is too large for the device is made without an error, and holds nothing. */
const CHECKED_BYTES = 16 << 20;

function sameBytes(a: HostArray, b: HostArray): boolean {
  const [left, right] = [a, b].map((x) => Buffer.from(x.buffer, x.byteOffset, x.byteLength));
  return left!.equals(right!);
}

function outOfMemory(runtime: OrtRuntime, bytes: number): DeepCoderError {
  const { name } = runtime.provider;
  return new DeepCoderError(
    'device-memory',
    `engine.provider ${name}: the device did not keep a tensor of ${(bytes / 1e6).toFixed(0)} MB; take a smaller student or LoRA, end other programs that use the GPU, or set engine.provider: cpu`,
    { exitCode: 2 },
  );
}

/** How the values of one place are reached. */
interface Access {
  make: () => OrtTensor;
  read: (place: OrtTensor) => HostArray;
  write: (place: OrtTensor, values: HostArray) => void;
  clear: (place: OrtTensor) => void;
}

function turning(
  runtime: OrtRuntime,
  first: OrtTensor,
  { make, read, write, clear }: Access,
): OnnxTensor {
  let [front, back]: [OrtTensor, OrtTensor | null] = [first, null];
  return {
    shape: first.shape,
    dtype: first.dtype,
    get tensor() {
      return front;
    },
    other: () => (back ??= make()),
    swap: () => {
      if (back !== null) [front, back] = [back, front];
    },
    // A run that was asked for before may still change which place it is.
    read: () => runtime.inTurn(() => Promise.resolve(read(front))),
    write: (values) => write(front, values),
    clear: () => clear(front),
    dispose: () => {
      front.dispose();
      back?.dispose();
    },
  };
}
