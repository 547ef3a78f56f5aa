import type { ConfigReading } from '../architecture.ts';
import type { ModelConfig } from '../modelConfig.ts';
import { type CommonDefaults, commonKeys, withOtherKeys } from './commonConfig.ts';
import { configKeys, type ConfigKeys, positive, size } from './configKeys.ts';
import { readRope, type RopeConfig, writeRope } from './rope.ts';

/** Models that descend from Llama: rotary positions, RMSNorm, a gated feed-forward part. */
export interface DecoderConfig extends ModelConfig, RopeConfig {
  intermediateSize: number;
  numAttentionHeads: number;
  numKeyValueHeads: number;
  /** Size of one head; `headDim * numAttentionHeads` need not equal `hiddenSize`. */
  headDim: number;
  rmsNormEps: number;
}

export interface DecoderFamily<X> {
  modelType: string;
  /** The class of transformers, for `architectures`. */
  className: string;
  /** Those of the family's class in transformers, whose files leave keys out that old versions did not know. */
  defaults: CommonDefaults & { rmsNormEps: number; ropeTheta: number; headDim?: number };
  /** Keys of which one value is supported; null stands for a key that may be absent. */
  fixed: Readonly<Record<string, string | boolean | null>>;
  /** Keys that only this family has. */
  own: ConfigKeys<X>;
  /** What is wrong between keys that are each right. */
  check?: (config: DecoderConfig & X) => string[];
}

/** How such a family reads and writes its `config.json`. */
export function decoderConfigs<X extends object>(
  family: DecoderFamily<X>,
): {
  readConfig(json: Record<string, unknown>): ConfigReading<DecoderConfig & X>;
  writeConfig(config: DecoderConfig & X): Record<string, unknown>;
} {
  const { modelType, className, defaults, fixed, own, check } = family;
  const keys = configKeys({
    ...commonKeys(defaults),
    initializer_range: positive.default(0.02),
    intermediate_size: size,
    num_attention_heads: size,
    num_key_value_heads: size.nullish(),
    head_dim: size.nullish(),
    rms_norm_eps: positive.default(defaults.rmsNormEps),
  });

  function readConfig(json: Record<string, unknown>): ConfigReading<DecoderConfig & X> {
    const common = keys.read(json);
    const others = own.read(json);
    const { rope, faults: ropeFaults } = readRope(json, {
      theta: defaults.ropeTheta,
      originalMaxPositionEmbeddings:
        common.value?.maxPositionEmbeddings ?? defaults.maxPositionEmbeddings,
    });
    const faults = [...common.faults, ...others.faults, ...ropeFaults, ...fixedFaults(json, fixed)];
    if (common.value === null || others.value === null || rope === null || faults.length > 0)
      return { config: null, faults };
    const { eosTokenId, numKeyValueHeads, headDim, ...rest } = common.value;
    const heads = rest.numAttentionHeads;
    const config = {
      modelType,
      ...rest,
      numKeyValueHeads: numKeyValueHeads ?? heads,
      headDim: headDim ?? defaults.headDim ?? Math.floor(rest.hiddenSize / heads),
      eosTokenIds: [eosTokenId ?? []].flat(),
      ...rope,
      ...others.value,
    };
    const unfit = [...shapeFaults(config), ...(check?.(config) ?? [])];
    if (unfit.length > 0) return { config: null, faults: unfit };
    return withOtherKeys(config, json, writeConfig(config));
  }

  function writeConfig(config: DecoderConfig & X): Record<string, unknown> {
    const eosTokenId = config.eosTokenIds[0] ?? null;
    return {
      ...config.otherKeys,
      architectures: [className],
      model_type: modelType,
      ...fixed,
      ...keys.write({ ...config, eosTokenId }),
      ...writeRope(config),
      ...own.write(config),
    };
  }

  return { readConfig, writeConfig };
}

/** What a file says where only one value is supported. */
export function fixedFaults(
  json: Record<string, unknown>,
  fixed: DecoderFamily<object>['fixed'],
): string[] {
  return Object.entries(fixed).flatMap(([key, wanted]) => {
    const got = json[key];
    if (got === undefined || got === wanted) return [];
    const said = wanted === null ? 'none' : JSON.stringify(wanted);
    return [`"${key}": ${JSON.stringify(got)} is not supported, only ${said}`];
  });
}

function shapeFaults(config: DecoderConfig): string[] {
  const { numAttentionHeads: heads, numKeyValueHeads: keyHeads, headDim } = config;
  const { partialRotaryFactor, ropeScaling } = config;
  const faults: string[] = [];
  if (heads % keyHeads !== 0) {
    faults.push(
      `"num_attention_heads": ${heads} is no multiple of num_key_value_heads ${keyHeads}`,
    );
  }
  const turning = Math.floor(headDim * partialRotaryFactor);
  if (turning % 2 !== 0) faults.push(`"head_dim": ${turning} is odd, rotary positions turn pairs`);
  if (ropeScaling?.ropeType !== 'longrope') return faults;
  for (const key of ['shortFactor', 'longFactor'] as const) {
    const { length } = ropeScaling[key];
    if (2 * length === turning) continue;
    const name = key === 'shortFactor' ? 'short_factor' : 'long_factor';
    faults.push(`"rope_scaling.${name}": has ${length} numbers, a head turns ${turning / 2} pairs`);
  }
  return faults;
}
