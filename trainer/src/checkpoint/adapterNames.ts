import type { TensorSource } from './tensorSource.ts';

const PREFIX = 'base_model.model.';

/** Names of the two factors of a module such as `model.layers.0.self_attn.q_proj`: A [r, in], B [out, r]. */
export function loraNames(module: string): { loraA: string; loraB: string } {
  return { loraA: peftName(`${module}.lora_A.weight`), loraB: peftName(`${module}.lora_B.weight`) };
}

/** Name in the adapter's file of a parameter: a factor such as `<module>.lora_A.weight`, or one trained whole. */
export function peftName(parameter: string): string {
  return PREFIX + parameter;
}

/** What a tensor of an adapter is; null for a name that PEFT gives no meaning. */
export function adapterRole(
  name: string,
): { kind: 'A' | 'B'; module: string } | { kind: 'whole'; parameter: string } | null {
  if (!name.startsWith(PREFIX)) return null;
  const inner = name.slice(PREFIX.length);
  const factor = /^(.+)\.lora_([AB])\.weight$/.exec(inner);
  if (factor !== null) return { kind: factor[2] as 'A' | 'B', module: factor[1]! };
  return inner.includes('.lora_') ? null : { kind: 'whole', parameter: inner };
}

/** The modules that have factors, in order of the tensors. */
export function adaptedModules(tensors: TensorSource): string[] {
  const modules = tensors.names.map((name) => {
    const role = adapterRole(name);
    return role !== null && role.kind !== 'whole' ? role.module : null;
  });
  return [...new Set(modules)].filter((module) => module !== null);
}
