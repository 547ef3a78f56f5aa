import { isCommit, parseModelName } from '@deepcoder/trainer-protocol';
import { z } from 'zod';

/** A LoRA adapter as PEFT describes it in `adapter_config.json`. */
export interface AdapterConfig {
  baseModelNameOrPath: string | null;
  loraRank: number;
  loraAlpha: number;
  loraDropout: number;
  /** Last parts of module names, such as `q_proj`. */
  targetModules: string[];
  /** A regular expression over whole names in their place, where the last parts would name too many. */
  targetPattern?: string | null;
  useRslora: boolean;
  /** Other ranks and alphas by module; the keys are regular expressions over the end of the name. */
  rankPattern: Record<string, number>;
  alphaPattern: Record<string, number>;
  /** Modules that are trained whole and saved beside the adapter. */
  modulesToSave: string[];
  /** A head that is tied to the embedding follows it where that is trained (PEFT 0.18). */
  ensureWeightTying: boolean;
  /** The adapted matrices are stored `[in, out]` (`Conv1D` of transformers, in GPT-2). */
  fanInFanOut: boolean;
}

export function loraRank(config: AdapterConfig, module: string): number {
  return byPattern(config.rankPattern, module) ?? config.loraRank;
}

/** What B A is multiplied by: alpha / r, or alpha / sqrt(r) with rsLoRA. */
export function loraScale(config: AdapterConfig, module: string): number {
  const rank = loraRank(config, module);
  const alpha = byPattern(config.alphaPattern, module) ?? config.loraAlpha;
  return alpha / (config.useRslora ? Math.sqrt(rank) : rank);
}

export function writeAdapterConfig(config: AdapterConfig): Record<string, unknown> {
  return {
    alpha_pattern: config.alphaPattern,
    ...baseModel(config.baseModelNameOrPath),
    bias: 'none',
    ...(config.ensureWeightTying && { ensure_weight_tying: true }),
    fan_in_fan_out: config.fanInFanOut,
    inference_mode: true,
    lora_alpha: config.loraAlpha,
    lora_dropout: config.loraDropout,
    modules_to_save: config.modulesToSave.length > 0 ? config.modulesToSave : null,
    peft_type: 'LORA',
    r: config.loraRank,
    rank_pattern: config.rankPattern,
    target_modules: config.targetPattern ?? [...config.targetModules].sort(),
    task_type: 'CAUSAL_LM',
    use_dora: false,
    use_rslora: config.useRslora,
  };
}

/** A run names its base with the commit that it took from the Hub; PEFT keeps the two apart. */
function baseModel(text: string | null): Record<string, string | null> {
  const name = text === null ? null : parseModelName(text);
  const revision = name?.revision ?? null;
  if (name === null || name.file !== null || revision === null || !isCommit(revision)) {
    return { base_model_name_or_path: text };
  }
  return { base_model_name_or_path: name.repo, revision };
}

const pattern = z.string().refine(compiles, 'is no regular expression');

const adapterJson = z.looseObject({
  peft_type: z.literal('LORA'),
  base_model_name_or_path: z.string().nullish(),
  r: z.int().positive(),
  lora_alpha: z.number(),
  lora_dropout: z.number().min(0).max(1).default(0),
  target_modules: z.union([z.string(), z.array(z.string())]).nullish(),
  bias: z.literal('none').default('none'),
  use_rslora: z.boolean().default(false),
  rank_pattern: z.record(pattern, z.int().positive()).nullish(),
  alpha_pattern: z.record(pattern, z.number()).nullish(),
  modules_to_save: z.array(z.string()).nullish(),
  ensure_weight_tying: z.boolean().nullish(),
  fan_in_fan_out: z.boolean().default(false),
});

/** Ways of PEFT that change what an adapter computes and that are not supported. */
const UNSUPPORTED = [
  'alora_invocation_tokens',
  'arrow_config',
  'kasa_config',
  'layer_replication',
  'lora_bias',
  'megatron_config',
  'monteclora_config',
  'target_parameters',
  'trainable_token_indices',
  'use_bdlora',
  'use_dora',
  'use_qalora',
];

/** `targetModules` is empty where the file names them by a pattern: the tensors tell which they are. */
export function readAdapterConfig(json: Record<string, unknown>): {
  config: AdapterConfig | null;
  faults: string[];
} {
  const parsed = adapterJson.safeParse(json);
  const issues = parsed.error?.issues ?? [];
  const faults = issues.map((issue) => `"${issue.path.join('.')}": ${issue.message}`);
  for (const key of UNSUPPORTED) {
    if (isSet(json[key])) faults.push(`"${key}": ${JSON.stringify(json[key])} is not supported`);
  }
  if (!parsed.success || faults.length > 0) return { config: null, faults };
  const { data } = parsed;
  const config = {
    baseModelNameOrPath: data.base_model_name_or_path ?? null,
    loraRank: data.r,
    loraAlpha: data.lora_alpha,
    loraDropout: data.lora_dropout,
    targetModules: Array.isArray(data.target_modules) ? data.target_modules : [],
    useRslora: data.use_rslora,
    rankPattern: data.rank_pattern ?? {},
    alphaPattern: data.alpha_pattern ?? {},
    modulesToSave: data.modules_to_save ?? [],
    ensureWeightTying: data.ensure_weight_tying ?? false,
    fanInFanOut: data.fan_in_fan_out,
  };
  return { config, faults };
}

/** Not null, false, empty: PEFT writes every key that it has. */
function isSet(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

function compiles(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}

/** The value of the first key that matches the whole name or its end after a dot, as PEFT looks it up. */
function byPattern(patterns: Record<string, number>, module: string): number | undefined {
  const key = Object.keys(patterns).find((pattern) =>
    new RegExp(`^(?:.*\\.)?(?:${pattern})$`).test(module),
  );
  return key === undefined ? undefined : patterns[key];
}
