import type { Handle, OrtApi } from './ortApi.ts';
import { turnIfDue } from '../turnIfDue.ts';
import type { OrtFunctionName } from './ortFunctions.ts';
import type { OrtTensor } from './ortTensor.ts';
import type { SessionWeights } from './sessionWeights.ts';

export interface SessionRun {
  inputs: ReadonlyMap<string, OrtTensor>;
  /** Where each output is written. One that is an input too is written over it. */
  outputs: ReadonlyMap<string, OrtTensor>;
  /** Ends the run between two of its nodes; what it was to write may then be written in part. */
  signal?: AbortSignal | undefined;
}

/** Below this a run is called where it stands: handing it to a thread and back takes a twentieth of a millisecond. */
const SHORT_RUN_MS = 2;

/** A graph that is ready to run, and what its inputs and outputs were bound to last. */
export class OrtSession {
  private readonly api: OrtApi;
  private readonly binding: Handle;
  private readonly options: Handle;
  private readonly boundInputs = new Map<string, OrtTensor>();
  private readonly boundOutputs = new Map<string, OrtTensor>();
  private handle: Handle | null;
  private lastMs = Infinity;
  private isRunning = false;
  private readonly copiesWhenBound: boolean;
  /** What it reads, which must live as long as it does. */
  private readonly weights: SessionWeights;

  constructor(
    api: OrtApi,
    handle: Handle,
    { onDevice, weights }: { onDevice: boolean; weights: SessionWeights },
  ) {
    this.api = api;
    this.handle = handle;
    this.copiesWhenBound = onDevice;
    this.weights = weights;
    this.binding = api.make('CreateIoBinding', handle);
    this.options = api.make('CreateRunOptions');
  }

  /** Runs once. One run at a time: a session has one set of bound tensors. */
  async run(request: SessionRun): Promise<void> {
    if (this.handle === null) throw new Error('a session is used after it was disposed of');
    if (this.isRunning) throw new Error('a session is run while it runs');
    request.signal?.throwIfAborted();
    this.isRunning = true;
    try {
      this.bind('BindInput', this.boundInputs, request.inputs);
      this.bind('BindOutput', this.boundOutputs, request.outputs);
      const before = performance.now();
      await this.runBound(request.signal);
      this.lastMs = performance.now() - before;
    } finally {
      this.isRunning = false;
    }
  }

  /** For the runtime alone. */
  allocator(memory: Handle): Handle {
    return this.api.make('CreateAllocator', this.handle, memory);
  }

  /** Which nodes each provider runs, by its name; only where that was recorded. */
  placement(): Record<string, { op: string; name: string }[]> {
    const { api } = this;
    const text = (...call: [OrtFunctionName, Handle]): string => api.text(api.make(...call));
    const list = (name: OrtFunctionName, handle: Handle | null): Handle[] => {
      const [at, count] = [new BigUint64Array(1), new BigUint64Array(1)];
      api.call(name, handle, at, count);
      return api.handles(at[0]!, Number(count[0]));
    };
    const placed: ReturnType<OrtSession['placement']> = {};
    for (const part of list('Session_GetEpGraphAssignmentInfo', this.handle)) {
      const provider = text('EpAssignedSubgraph_GetEpName', part);
      const nodes = list('EpAssignedSubgraph_GetNodes', part).map((node) => ({
        op: text('EpAssignedNode_GetOperatorType', node),
        name: text('EpAssignedNode_GetName', node),
      }));
      placed[provider] = [...(placed[provider] ?? []), ...nodes];
    }
    return placed;
  }

  private async runBound(signal: AbortSignal | undefined): Promise<void> {
    const args = [this.handle, this.options, this.binding] as const;
    if (this.lastMs < SHORT_RUN_MS) {
      this.api.call('RunWithBinding', ...args);
      await turnIfDue();
      return;
    }
    const terminate = (): void => this.api.call('RunOptionsSetTerminate', this.options);
    signal?.addEventListener('abort', terminate, { once: true });
    try {
      await this.api.callAsync('RunWithBinding', ...args);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', terminate);
      this.api.call('RunOptionsUnsetTerminate', this.options);
    }
  }

  /** A device gets values of the host when they are bound, so they are bound for every run. */
  private bind(
    name: 'BindInput' | 'BindOutput',
    bound: Map<string, OrtTensor>,
    wanted: ReadonlyMap<string, OrtTensor>,
  ): void {
    for (const [key, tensor] of wanted) {
      const isStale = this.copiesWhenBound && name === 'BindInput' && tensor.data !== null;
      if (bound.get(key) === tensor && !isStale) continue;
      this.api.call(name, this.binding, key, tensor.value);
      bound.set(key, tensor);
    }
  }

  dispose(): void {
    if (this.handle === null) return;
    if (this.isRunning) throw new Error('a session is disposed of while it runs');
    this.api.release('ReleaseIoBinding', this.binding);
    this.api.release('ReleaseRunOptions', this.options);
    this.api.release('ReleaseSession', this.handle);
    this.weights.dispose();
    this.handle = null;
    this.boundInputs.clear();
    this.boundOutputs.clear();
  }
}
