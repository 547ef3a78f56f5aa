import type { HostArray, TensorSpec } from '../program.ts';
import { encodeModel, type OnnxGraph } from './encodeModel.ts';
import { type Handle, openOrtApi, type OrtApi, OrtError } from './ortApi.ts';
import { OrtSession } from './ortSession.ts';
import { OrtTensor } from './ortTensor.ts';
import type { Provider } from './provider.ts';
import { type FrozenWeights, SessionWeights } from './sessionWeights.ts';

/** Values of onnxruntime_c_api.h. */
/** What goes wrong comes back as a status, and is told once. */
const LOG_FATAL_ONLY = 4;
const ALL_OPTIMIZATIONS = 99;
const SEQUENTIAL = 0;
const [DEVICE_ALLOCATOR, DEFAULT_MEMORY] = [0, 0] as const;

export interface SessionOptions {
  threads: number;
  /** What the graph reads as external data. */
  weights?: FrozenWeights;
}

/** ONNX Runtime in this process with one provider: makes sessions and tensors. */
export class OrtRuntime {
  readonly version: string;
  readonly provider: Provider;
  private readonly api: OrtApi;
  private readonly environment: Handle;
  private readonly hostMemory: Handle;
  /** Of the provider's memory; null where that is this process's. */
  private allocator: Handle | null = null;
  private lastRun: Promise<unknown> = Promise.resolve();

  private constructor(provider: Provider, api: OrtApi) {
    this.provider = provider;
    this.api = api;
    this.version = api.version;
    this.environment = environmentOf(api);
    this.hostMemory = api.make('CreateCpuMemoryInfo', 1, 0);
  }

  /** @throws DeepCoderError where ONNX Runtime does not load, or the provider finds nothing to run on */
  static async open(provider: Provider): Promise<OrtRuntime> {
    const runtime = new OrtRuntime(provider, await openOrtApi(provider.library, provider.preload));
    await runtime.start().catch((cause: unknown) => {
      throw cause instanceof OrtError ? provider.refused(cause.message) : cause;
    });
    return runtime;
  }

  /** An allocator is a session's, and what it gave out outlives that session. */
  private async start(): Promise<void> {
    const { memory } = this.provider;
    if (memory === null) return;
    if (!registered.has(this.api)) this.provider.register?.(this.api, this.environment);
    registered.add(this.api);
    const session = await this.session(encodeModel(NOTHING), { threads: 1 });
    const info = ['CreateMemoryInfo', memory, DEVICE_ALLOCATOR, 0, DEFAULT_MEMORY] as const;
    this.allocator = session.allocator(this.api.make(...info));
    started.add(session);
  }

  /** A tensor in the provider's memory, with whatever was there. */
  deviceTensor(spec: TensorSpec): OrtTensor {
    return OrtTensor.within(this.api, this.allocator!, spec);
  }

  /** Copies between this process and a device, and waits until it is done. */
  copy(from: OrtTensor, to: OrtTensor): void {
    const [sources, targets] = [from, to].map(({ value }) => BigUint64Array.of(value));
    this.api.call('CopyTensors', this.environment, sources!, targets!, null, 1);
  }

  /** A tensor over an array of this process. */
  hostTensor(spec: TensorSpec, data: HostArray): OrtTensor {
    return OrtTensor.over(this.api, this.hostMemory, spec, data);
  }

  /** Does the work when what was asked for before is done: runs share threads, state and the device. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.lastRun.then(work);
    this.lastRun = result.catch(() => undefined);
    return result;
  }

  async session(
    model: Uint8Array,
    { threads, weights = NO_WEIGHTS }: SessionOptions,
  ): Promise<OrtSession> {
    const { api } = this;
    const held = new SessionWeights(api, this.hostMemory, weights);
    const settings = this.settings(threads);
    try {
      held.addTo(settings);
      const handle = await this.create(model, settings, held);
      // Folding takes copies, and weights are packed before ONNX Runtime looks whether they were.
      if (weights.tensors.size > 0) await api.trim();
      return new OrtSession(api, handle, {
        onDevice: this.provider.memory !== null,
        weights: held,
      });
    } catch (error) {
      held.dispose();
      throw error;
    } finally {
      api.release('ReleaseSessionOptions', settings);
    }
  }

  private create(
    model: Uint8Array,
    settings: Handle,
    { container }: SessionWeights,
  ): Promise<Handle> {
    const { api, environment } = this;
    const args = [environment, model, model.byteLength, settings] as const;
    if (container === null) return api.makeAsync('CreateSessionFromArray', ...args);
    const name = 'CreateSessionFromArrayWithPrepackedWeightsContainer';
    return api.makeAsync(name, ...args, container);
  }

  private settings(threads: number): Handle {
    const { api } = this;
    const handle = api.make('CreateSessionOptions');
    api.call('SetIntraOpNumThreads', handle, threads);
    api.call('SetInterOpNumThreads', handle, 1);
    api.call('SetSessionExecutionMode', handle, SEQUENTIAL);
    api.call('SetSessionGraphOptimizationLevel', handle, ALL_OPTIMIZATIONS);
    // The arena saves page faults; a memory pattern on top is a little faster, for 40 % more memory.
    api.call('EnableCpuMemArena', handle);
    api.call('DisableMemPattern', handle);
    api.call('SetSessionLogSeverityLevel', handle, LOG_FATAL_ONLY);
    // Threads that spin after a run would hold up the next program's: a teacher's beside a student's.
    api.call('AddSessionConfigEntry', handle, 'session.force_spinning_stop', '1');
    if (this.provider.memory !== null)
      api.call('AddSessionConfigEntry', handle, 'session.record_ep_graph_assignment_info', '1');
    this.provider.append(api, handle);
    return handle;
  }
}

const NO_WEIGHTS: FrozenWeights = { tensors: new Map(), shared: [] };

/** The smallest graph that there is. */
const NOTHING: OnnxGraph = {
  nodes: [{ op: 'Identity', domain: '', inputs: ['x'], outputs: ['y'], attributes: {} }],
  ...{ constants: [], weights: [] },
  inputs: [{ name: 'x', shape: [1], dtype: 'float32' }],
  outputs: [{ name: 'y', shape: [1], dtype: 'float32' }],
};

/** Sessions that a provider's device lives with. */
const started = new Set<OrtSession>();
/** Libraries that know their provider. */
const registered = new Set<OrtApi>();
const environments = new Map<OrtApi, Handle>();

/** One for each library, for as long as the process lives. */
function environmentOf(api: OrtApi): Handle {
  const known = environments.get(api);
  if (known !== undefined) return known;
  const made = api.make('CreateEnv', LOG_FATAL_ONLY, 'deepcoder');
  environments.set(api, made);
  return made;
}
