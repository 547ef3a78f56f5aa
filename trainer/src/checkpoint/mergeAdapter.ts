import { loraScale } from './adapterConfig.ts';
import { adaptedModules, adapterRole, loraNames, peftName } from './adapterNames.ts';
import { checkpointError, faultsMessage } from './checkpointError.ts';
import type { Adapter } from './openAdapter.ts';
import type { TensorSource } from './tensorSource.ts';

/**
 * The base's tensors with the adapter added in: W + scale * B A for every adapted module, and the
 * adapter's own weights for `modules_to_save`. Nothing is computed before a tensor is read, and neither
 * argument is changed. Throws when the adapter was made for another base.
 */
export function mergeAdapter(base: TensorSource, adapter: Adapter): TensorSource {
  refuseMisfits(base, adapter);
  const adapted = new Set(adaptedModules(adapter.tensors));
  const saved = new Set(adapter.tensors.names);
  return {
    names: base.names,
    shape: (name) => base.shape(name),
    read: async (name) => {
      if (saved.has(peftName(name))) return adapter.tensors.read(peftName(name));
      const module = name.replace(/\.weight$/, '');
      const weight = await base.read(name);
      if (module === name || !adapted.has(module)) return weight;
      const { loraA, loraB } = loraNames(module);
      return mergedWeight({
        weight,
        loraA: await adapter.tensors.read(loraA),
        loraB: await adapter.tensors.read(loraB),
        rank: adapter.tensors.shape(loraA)[0]!,
        scale: loraScale(adapter.config, module),
        isInOut: adapter.config.fanInFanOut,
      });
    },
  };
}

interface Factors {
  /** [out, in], or with `isInOut` [in, out], row by row, like all of these. */
  weight: Float32Array;
  /** [rank, in] */
  loraA: Float32Array;
  /** [out, rank] */
  loraB: Float32Array;
  rank: number;
  scale: number;
  isInOut: boolean;
}

/** weight + scale * loraB loraA, in f32, as a new array in the weight's layout. */
function mergedWeight({ weight, loraA, loraB, rank, scale, isInOut }: Factors): Float32Array {
  const width = loraA.length / rank;
  const rows = loraB.length / rank;
  const [perRow, perColumn] = isInOut ? [1, rows] : [width, 1];
  const merged = Float32Array.from(weight);
  const delta = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    delta.fill(0);
    for (let r = 0; r < rank; r++) {
      const factor = scale * loraB[row * rank + r]!;
      for (let i = 0; i < width; i++) delta[i]! += factor * loraA[r * width + i]!;
    }
    for (let i = 0; i < width; i++) merged[row * perRow + i * perColumn]! += delta[i]!;
  }
  return merged;
}

function refuseMisfits(base: TensorSource, { tensors, config }: Adapter): void {
  const parameters = new Set(base.names);
  const faults = tensors.names.flatMap(
    (name) => misfit(base, parameters, { tensors, config }, name) ?? [],
  );
  if (faults.length === 0) return;
  const cure = 'merge it into the checkpoint that it was trained on';
  throw checkpointError('adapter-misfit', faultsMessage('adapter', faults, cure));
}

function misfit(
  base: TensorSource,
  parameters: ReadonlySet<string>,
  { tensors, config }: Adapter,
  name: string,
): string | null {
  const role = adapterRole(name);
  if (role === null) return `tensor "${name}" is no factor of a LoRA adapter`;
  const parameter = role.kind === 'whole' ? role.parameter : `${role.module}.weight`;
  if (!parameters.has(parameter)) return `tensor "${name}": the base has no "${parameter}"`;
  const stored = base.shape(parameter);
  const shape = config.fanInFanOut && role.kind !== 'whole' ? stored.toReversed() : stored;
  const wanted = wantedShape(role.kind, shape, tensors.shape(name));
  const got = tensors.shape(name);
  if (got.length === wanted.length && got.every((size, i) => size === wanted[i])) {
    return config.ensureWeightTying ? null : tiedFault(parameter, parameters);
  }
  return `tensor "${name}" wants [${wanted.join(', ')}], got [${got.join(', ')}]`;
}

function wantedShape(
  kind: 'A' | 'B' | 'whole',
  base: readonly number[],
  got: readonly number[],
): readonly number[] {
  if (kind === 'A') return [got[0] ?? 0, base[1] ?? 0];
  return kind === 'B' ? [base[0] ?? 0, got[1] ?? 0] : base;
}

/** Untied by PEFT, such a model has an embedding and a head that differ, which a tied config cannot say. */
function tiedFault(parameter: string, parameters: ReadonlySet<string>): string | null {
  if (!/\.(embed_tokens|wte)\.weight$/.test(parameter) || parameters.has('lm_head.weight'))
    return null;
  return `"${parameter}" is tied to the head in the base, so it cannot be adapted alone`;
}
