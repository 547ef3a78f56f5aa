import { DeepCoderError } from '@deepcoder/config';
import { CPU_TARGET, CUDA_TARGET, type GraphTarget, WEBGPU_TARGET } from '../trace/graphTarget.ts';
import { requireCuda } from './cudaLibraries.ts';
import type { OrtApi } from './ortApi.ts';
import type { Provider, ProviderName } from './provider.ts';
import { packagedLibrary } from './sharedLibrary.ts';

/** What tests change of a provider. */
export interface ProviderChanges {
  target?: Partial<GraphTarget>;
  /** Options of ONNX Runtime's provider. */
  options?: Readonly<Record<string, string>>;
}

export function openProvider(
  name: ProviderName,
  { tf32 = false, changes = {} }: { tf32?: boolean; changes?: ProviderChanges } = {},
): Provider {
  const providers = { cpu, webgpu: () => webgpu(changes.options), cuda: () => cuda({ tf32 }) };
  const provider = providers[name]();
  return { ...provider, target: { ...provider.target, ...changes.target } };
}

function cpu(): Provider {
  const library = packagedLibrary();
  const append = (): void => undefined;
  const none = { append, memory: null, preload: [] };
  return { name: 'cpu', library, ...none, target: CPU_TARGET, refused: missing };
}

/** Whatever GPU the machine has, by Vulkan, Metal or Direct3D; in the library that the package brings. */
function webgpu(changes: ProviderChanges['options']): Provider {
  const options = { enableInt64: '1', ...changes };
  return {
    name: 'webgpu',
    library: packagedLibrary(),
    preload: [],
    append: (api, settings) =>
      withPairs(api, options, (keys, values, count) =>
        api.call('SessionOptionsAppendExecutionProvider', settings, 'WebGPU', keys, values, count),
      ),
    memory: 'WebGPU_Buffer',
    target: WEBGPU_TARGET,
    refused: (reason) => missing(`webgpu finds no GPU (${lastLine(reason)}); ${gpuCure()}`),
  };
}

/** NVIDIA's own way, with the libraries that `deepcoder setup cuda` brought. */
function cuda({ tf32 }: { tf32: boolean }): Provider {
  const { runtime, provider, cuda: preload } = requireCuda();
  const options = { device_id: '0', use_tf32: tf32 ? '1' : '0' };
  return {
    name: 'cuda',
    library: runtime,
    preload,
    // Without it nothing can be copied to the device and back.
    register: (api, environment) =>
      api.call('RegisterExecutionProviderLibrary', environment, 'CUDAExecutionProvider', provider),
    append: (api, settings) => {
      const made = api.make('CreateCUDAProviderOptions');
      try {
        withPairs(api, options, (keys, values, count) =>
          api.call('UpdateCUDAProviderOptions', made, keys, values, count),
        );
        api.call('SessionOptionsAppendExecutionProvider_CUDA_V2', settings, made);
      } finally {
        api.release('ReleaseCUDAProviderOptions', made);
      }
      // What it makes of a bias and a softmax needs cuDNN.
      const key = 'optimization.disable_specified_optimizers';
      api.call('AddSessionConfigEntry', settings, key, 'BiasSoftmaxFusion');
    },
    memory: 'Cuda',
    target: CUDA_TARGET,
    refused: (reason) =>
      missing(
        `cuda does not start (${lastLine(reason)}); check nvidia-smi and that the driver knows CUDA 13, or set engine.provider: webgpu`,
      ),
  };
}

/** Calls with options as two arrays of texts. */
function withPairs(
  api: OrtApi,
  options: Readonly<Record<string, string>>,
  call: (keys: BigUint64Array, values: BigUint64Array, count: number) => void,
): void {
  const texts = (list: readonly string[]): BigUint64Array =>
    api.pointers(list.map((text) => Buffer.from(`${text}\0`)));
  const names = Object.keys(options);
  call(texts(names), texts(Object.values(options)), names.length);
}

function gpuCure(): string {
  const other = 'or set engine.provider: cpu';
  if (process.platform !== 'linux') return `install the GPU's newest driver, ${other}`;
  return `install the GPU's driver and the Vulkan loader (Debian, Ubuntu: libvulkan1 and mesa-vulkan-drivers, or NVIDIA's driver), ${other}`;
}

/** ONNX Runtime begins with places in its sources. */
function lastLine(reason: string): string {
  return reason.trim().replace(/^.* was false\. /s, '');
}

function missing(what: string): DeepCoderError {
  return new DeepCoderError('provider-missing', `engine.provider ${what}`, { exitCode: 2 });
}
