import type { Handle, OrtApi } from './ortApi.ts';
import { OrtTensor } from './ortTensor.ts';

export interface FrozenWeights {
  /** By the names that a graph reads them by. */
  tensors: ReadonlyMap<string, OrtTensor>;
  /** Those that are taken as they are; see `WeightUses`. */
  shared: readonly string[];
}

/**
 * The frozen weights of one session. Shared ones are read where they lie, and what products make of them, a copy in
 * the order in which they read it, is in one container for all sessions over the same weights.
 */
export class SessionWeights {
  /** Where ONNX Runtime puts what it packs; null where there is nothing to share. */
  readonly container: Handle | null;
  private readonly api: OrtApi;
  /** Of the session alone, so that it does not matter when the program's own are disposed of. */
  private readonly tensors: Map<string, OrtTensor>;
  private readonly shared: readonly string[];
  private readonly giveBack: () => void;

  constructor(api: OrtApi, memory: Handle, { tensors, shared }: FrozenWeights) {
    this.api = api;
    this.shared = shared;
    this.tensors = new Map(
      [...tensors].map(([name, weight]) => [
        name,
        OrtTensor.over(api, memory, weight, weight.data!),
      ]),
    );
    const [first] = shared;
    const held = first === undefined ? null : hold(api, tensors.get(first)!);
    this.container = held?.handle ?? null;
    this.giveBack = held?.giveBack ?? (() => undefined);
  }

  /**
   * Gives the graph the data of all, which it copies, since it is to be folded and ONNX Runtime looks for a file
   * otherwise. Those that are also given as shared lose their copies when the session is made.
   */
  addTo(options: Handle): void {
    const { api, tensors, shared } = this;
    if (tensors.size === 0) return;
    const names = api.pointers([...tensors.keys()].map((name) => Buffer.from(`${name}\0`)));
    const values = BigUint64Array.from(tensors.values(), ({ value }) => value);
    api.call('AddExternalInitializers', options, names, values, tensors.size);
    for (const name of shared) api.call('AddInitializer', options, name, tensors.get(name)!.value);
  }

  /** When the session is no more. */
  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose();
    this.giveBack();
  }
}

interface Container {
  handle: Handle;
  holders: number;
}

/** By one of the weights; what is in a container is found by its content, so any of them will do. */
const containers = new WeakMap<OrtTensor, Container>();

/** The container of the sessions over a weight; it goes when the last of them gives it back. */
function hold(api: OrtApi, weight: OrtTensor): { handle: Handle; giveBack: () => void } {
  const container: Container = containers.get(weight) ?? {
    handle: api.make('CreatePrepackedWeightsContainer'),
    holders: 0,
  };
  containers.set(weight, container);
  container.holders++;
  const giveBack = (): void => {
    if (--container.holders > 0) return;
    containers.delete(weight);
    api.release('ReleasePrepackedWeightsContainer', container.handle);
  };
  return { handle: container.handle, giveBack };
}
