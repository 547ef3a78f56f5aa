import { DeepCoderError } from '@deepcoder/config';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import {
  type CompiledProgram,
  type CompileOptions,
  type DeviceTensor,
  type DeviceTensors,
  type Executor,
  type ExecutorName,
  type HostArray,
  type HostTensor,
  type Program,
  type Tensors,
} from '../program.ts';
import { registerOwnKernels } from '../registerKernels.ts';

/** Runs programs op by op on a tfjs backend that is registered already. */
export function eagerExecutor(options: {
  name: ExecutorName;
  backendName: string;
  description: string;
  build: string;
}): Executor {
  const { name, backendName, description, build } = options;
  registerOwnKernels(backendName);
  return {
    name,
    description,
    build,
    isDevice: name === 'tfjs-cuda',
    tensor: (value) => onBackend(backendName, () => eagerTensor(value)),
    compile: async (program, constants, compileOptions) => {
      refuseHalf(name, compileOptions);
      return Promise.resolve(compile(backendName, program, constants));
    },
  };
}

function refuseHalf(name: ExecutorName, { precision = 'fp32' }: CompileOptions = {}): void {
  if (precision === 'fp32') return;
  throw new DeepCoderError(
    'precision-unsupported',
    `train.precision ${precision}: the executor ${name} computes in fp32 only; take engine.executor onnx, or fp32`,
    { exitCode: 2 },
  );
}

function onBackend<T>(backendName: string, work: () => T): T {
  if (tf.getBackend() !== backendName) tf.setBackend(backendName) as unknown;
  return work();
}

interface EagerTensor extends DeviceTensor {
  current(): Tensor;
  replace(tensor: Tensor): void;
}

function eagerTensor({ data, shape, dtype }: HostTensor): EagerTensor {
  let tensor = upload({ data, shape, dtype });
  const replace = (next: Tensor): void => {
    tensor.dispose();
    tensor = next;
  };
  return {
    shape,
    dtype,
    current: () => tensor,
    replace,
    read: async () => (await tensor.data()).slice(),
    write: (values) => replace(upload({ data: values, shape, dtype })),
    clear: () => replace(tf.keep(tf.zeros([...shape], dtype))),
    dispose: () => tensor.dispose(),
  };
}

function upload(value: HostTensor): Tensor {
  return tf.keep(plainTensor(value));
}

function plainTensor({ data, shape, dtype }: HostTensor): Tensor {
  return tf.tensor(data.slice(), [...shape], dtype);
}

function compile(backendName: string, program: Program, constants: DeviceTensors): CompiledProgram {
  return {
    info: { nodes: 0, traceMs: 0, sessionMs: 0, cached: false, onHost: [] },
    // tfjs cannot cancel a run in progress.
    run: async (state, inputs, options) => {
      options?.signal?.throwIfAborted();
      return onBackend(backendName, () => run(program, { state, constants, inputs }));
    },
    dispose: () => Promise.resolve(),
  };
}

async function run(
  program: Program,
  args: { state: DeviceTensors; constants: DeviceTensors; inputs: Record<string, HostArray> },
): Promise<Record<string, HostArray>> {
  // What the program does not return, its inputs too, goes with the tidy, also where it throws.
  const { updates, outputs } = tf.tidy(() => {
    const inputs = Object.entries(program.inputs).map(([name, spec]) => [
      name,
      plainTensor({ ...spec, data: args.inputs[name]! }),
    ]);
    const built = program.build({
      state: tensorsOf(args.state),
      constants: tensorsOf(args.constants),
      inputs: Object.fromEntries(inputs) as Tensors,
    });
    // An output may be an input itself.
    const copied = Object.entries(built.outputs).map(([name, value]) => [name, tf.clone(value)]);
    const kept = Object.entries(built.updates).map(([name, value]) => [name, tf.clone(value)]);
    return {
      updates: Object.fromEntries(kept) as Tensors,
      outputs: Object.fromEntries(copied) as Tensors,
    };
  });
  for (const [name, tensor] of Object.entries(updates)) {
    (args.state[name] as EagerTensor).replace(tf.keep(tensor));
  }
  try {
    const results: Record<string, HostArray> = {};
    for (const [name, tensor] of Object.entries(outputs)) {
      results[name] = (await tensor.data()).slice();
    }
    return results;
  } finally {
    tf.dispose(outputs);
  }
}

function tensorsOf(tensors: DeviceTensors): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, (tensor as EagerTensor).current()]),
  );
}
