import { DeepCoderError } from '@deepcoder/config';
import type { Precision } from '../program.ts';
import { encodeModel, type OnnxGraph } from './encodeModel.ts';
import { OrtError } from './ortApi.ts';
import type { OrtRuntime } from './ortRuntime.ts';

/** @throws DeepCoderError where the provider's device cannot multiply in this precision */
export async function requireHalf(runtime: OrtRuntime, precision: Precision): Promise<void> {
  const { name } = runtime.provider;
  if (precision === 'fp32' || name === 'cpu') return;
  if (name === 'webgpu' && precision === 'bf16')
    throw refused(name, precision, 'WebGPU has no bf16');
  try {
    const session = await runtime.session(encodeModel(HALF[precision]), { threads: 1 });
    const spec = { shape: [1, 1], dtype: 'float32' } as const;
    const [x, y] = [Float32Array.of(3), new Float32Array(1)].map((data) =>
      runtime.hostTensor(spec, data),
    );
    // A shader that the device does not have is only missed when it is to run.
    await session.run({ inputs: new Map([['x', x!]]), outputs: new Map([['y', y!]]) });
    session.dispose();
    if (y!.data![0] === 9) return;
  } catch (error) {
    if (!(error instanceof OrtError)) throw error;
    const [line = ''] = error.message.split('\n');
    throw refused(name, precision, line.replace(/^.*Status Message: /, ''));
  }
  throw refused(name, precision, 'the device multiplies 3 by 3 wrongly');
}

function refused(provider: string, precision: Precision, why: string): DeepCoderError {
  return new DeepCoderError(
    'precision-unsupported',
    `train.precision ${precision}: engine.provider ${provider} cannot (${why}); take fp32`,
    { exitCode: 2 },
  );
}

const cast = (from: string, to: string, type: number): OnnxGraph['nodes'][number] => ({
  ...{ op: 'Cast', domain: '', inputs: [from], outputs: [to], attributes: { to: type } },
});

/** x times x, `TensorProto.DataType` of onnx.proto. */
const squareIn = (type: number): OnnxGraph => ({
  nodes: [
    cast('x', 'half', type),
    { op: 'MatMul', domain: '', inputs: ['half', 'half'], outputs: ['square'], attributes: {} },
    cast('square', 'y', 1),
  ],
  ...{ constants: [], weights: [] },
  inputs: [{ name: 'x', shape: [1, 1], dtype: 'float32' }],
  outputs: [{ name: 'y', shape: [1, 1], dtype: 'float32' }],
});
const HALF = { fp16: squareIn(10), bf16: squareIn(16) };
