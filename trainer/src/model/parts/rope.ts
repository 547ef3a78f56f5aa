import { z } from 'zod';
import { configKeys, type ConfigKeys, positive, size, type ValuesOf } from './configKeys.ts';

/** Rotary position embeddings as a config describes them. */
export interface RopeConfig {
  ropeTheta: number;
  ropeScaling: RopeScaling | null;
  /** Share of a head's elements that turn. */
  partialRotaryFactor: number;
}

const number = positive.nullable().default(null);
const original = { original_max_position_embeddings: size };

/** `rope_type`s of transformers beside `default`, each with its keys; an absent number is null. */
const SCALINGS = {
  linear: configKeys({ factor: positive }),
  dynamic: configKeys({ factor: positive }),
  llama3: configKeys({
    factor: positive,
    low_freq_factor: positive,
    high_freq_factor: positive,
    ...original,
  }),
  yarn: configKeys({
    factor: positive,
    attention_factor: number,
    beta_fast: number,
    beta_slow: number,
    mscale: number,
    mscale_all_dim: number,
    truncate: z.boolean().default(true),
    ...original,
  }),
  longrope: configKeys({
    short_factor: z.array(positive),
    long_factor: z.array(positive),
    factor: number,
    attention_factor: number,
    ...original,
  }),
};

type Scalings = typeof SCALINGS;
export type RopeScaling = {
  [Type in keyof Scalings]: { ropeType: Type } & ValuesOf<Scalings[Type]>;
}[keyof Scalings];

export interface RopeReading {
  rope: RopeConfig | null;
  faults: string[];
}

/**
 * RoPE from `rope_parameters` (transformers 5), or `rope_scaling` with `rope_theta` beside it (before).
 *
 * @param defaults theta where the file has none, and the context length that a scaling starts from where
 *   the file does not say
 */
export function readRope(
  json: Record<string, unknown>,
  defaults: { theta: number; originalMaxPositionEmbeddings: number },
): RopeReading {
  const parameters = json.rope_parameters ?? json.rope_scaling ?? {};
  if (typeof parameters !== 'object') return { rope: null, faults: ['"rope_scaling": no object'] };
  const given = parameters as Record<string, unknown>;
  const factor = given.partial_rotary_factor ?? json.partial_rotary_factor ?? 1;
  const theta = json.rope_theta ?? given.rope_theta;
  const { scaling, faults } = readScaling({
    original_max_position_embeddings: defaults.originalMaxPositionEmbeddings,
    ...given,
  });
  if (typeof factor !== 'number' || factor <= 0 || factor > 1)
    faults.push(`"partial_rotary_factor": ${JSON.stringify(factor)} is not in (0, 1]`);
  if (faults.length > 0) return { rope: null, faults };
  const rope = {
    ropeTheta: typeof theta === 'number' && theta > 0 ? theta : defaults.theta,
    ropeScaling: scaling,
    partialRotaryFactor: factor as number,
  };
  return { rope, faults: [] };
}

function readScaling(given: Record<string, unknown>): {
  scaling: RopeScaling | null;
  faults: string[];
} {
  // `type` is the word of old files, and `su` the old name of longrope.
  const named = given.rope_type ?? given.type ?? 'default';
  const type = named === 'su' ? 'longrope' : named;
  if (type === 'default') return { scaling: null, faults: [] };
  if (typeof type !== 'string' || !Object.hasOwn(SCALINGS, type)) {
    const known = ['default', ...Object.keys(SCALINGS)].join(', ');
    return {
      scaling: null,
      faults: [`"rope_scaling.rope_type": ${JSON.stringify(type)} is not one of ${known}`],
    };
  }
  const ropeType = type as keyof Scalings;
  const { value, faults } = SCALINGS[ropeType].read(given);
  return {
    scaling: value && ({ ropeType, ...value } as RopeScaling),
    faults: faults.map((fault) => fault.replace('"', '"rope_scaling.')),
  };
}

/** The scaling's keys as a file has them; null for none. */
function writeScaling(scaling: RopeScaling | null): Record<string, unknown> | null {
  if (scaling === null) return null;
  const keys = SCALINGS[scaling.ropeType] as ConfigKeys<RopeScaling>;
  const written = Object.entries(keys.write(scaling)).filter(([, value]) => value !== null);
  return { rope_type: scaling.ropeType, ...Object.fromEntries(written) };
}

/** `rope_theta` and `rope_scaling` are for transformers 4 and other readers, `rope_parameters` for 5. */
export function writeRope({ ropeTheta, ropeScaling, partialRotaryFactor }: RopeConfig) {
  const scaling = writeScaling(ropeScaling);
  const partial = partialRotaryFactor === 1 ? {} : { partial_rotary_factor: partialRotaryFactor };
  return {
    ...partial,
    rope_parameters: {
      rope_theta: ropeTheta,
      ...partial,
      ...(scaling ?? { rope_type: 'default' }),
    },
    rope_scaling: scaling,
    rope_theta: ropeTheta,
  };
}
