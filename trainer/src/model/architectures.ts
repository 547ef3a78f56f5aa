import type { Architecture, ParameterSpec } from './architecture.ts';
import { gemma3 } from './families/gemma3.ts';
import { gpt2 } from './families/gpt2.ts';
import { granite } from './families/granite.ts';
import { idefics3, smolvlm } from './families/idefics3.ts';
import { llama } from './families/llama.ts';
import { mistral } from './families/mistral.ts';
import { olmo2 } from './families/olmo2.ts';
import { opt } from './families/opt.ts';
import { phi3 } from './families/phi3.ts';
import { qwen2 } from './families/qwen2.ts';
import { qwen3 } from './families/qwen3.ts';
import { smollm3 } from './families/smollm3.ts';
import type { ModelConfig } from './modelConfig.ts';

/** Every family that can be trained, by the `model_type` of its `config.json`. */
export const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  llama,
  qwen2,
  qwen3,
  mistral,
  gemma3_text: gemma3,
  phi3,
  smollm3,
  olmo2,
  granite,
  gpt2,
  opt,
  idefics3,
  smolvlm,
};

export function findArchitecture(modelType: string): Architecture | null {
  return Object.hasOwn(ARCHITECTURES, modelType) ? ARCHITECTURES[modelType]! : null;
}

export function architectureOf({ modelType }: Pick<ModelConfig, 'modelType'>): Architecture {
  const architecture = findArchitecture(modelType);
  if (architecture === null) throw new Error(`no architecture "${modelType}"`);
  return architecture;
}

/** All parameters of a model, in order of the layers; those that no step reads come last. */
export function parameterSpecs(config: ModelConfig): Record<string, ParameterSpec> {
  return { ...decoderSpecs(config), ...architectureOf(config).parameters(config).apart };
}

/** The parameters that steps over tokens read: all but a tower's. */
function decoderSpecs(config: ModelConfig): Record<string, ParameterSpec> {
  const { embedding, layers, final } = architectureOf(config).parameters(config);
  return Object.assign({}, embedding, ...layers, final) as Record<string, ParameterSpec>;
}

export function decoderShapes(config: ModelConfig): Record<string, readonly number[]> {
  return shapesOf(decoderSpecs(config));
}

/** Of a model that sees: what makes features of pictures. */
export function apartShapes(config: ModelConfig): Record<string, readonly number[]> {
  return shapesOf(architectureOf(config).parameters(config).apart ?? {});
}

function shapesOf(
  specs: Readonly<Record<string, ParameterSpec>>,
): Record<string, readonly number[]> {
  return Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, shape]));
}

export function parameterShapes(config: ModelConfig): Record<string, readonly number[]> {
  return shapesOf(parameterSpecs(config));
}

/** The linear modules that LoRA can be put on, by name, with the widths that they map from and to. */
export function linearModules(config: ModelConfig): Record<string, { in: number; out: number }> {
  return Object.fromEntries(
    Object.entries(parameterSpecs(config)).flatMap(([name, { shape, layout }]) => {
      if (layout === undefined) return [];
      const [rows, columns] = shape as [number, number];
      const widths = layout === 'out-in' ? { in: columns, out: rows } : { in: rows, out: columns };
      return [[name.replace(/\.weight$/, ''), widths]];
    }),
  );
}

/** The matrix that turns hidden states into logits: the embedding itself where they are tied. */
export function headName(config: ModelConfig): string {
  return architectureOf(config).head(config);
}
