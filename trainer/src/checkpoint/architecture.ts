import type { ModelConfig } from '../model/modelConfig.ts';

/**
 * How one `model_type` of Hugging Face maps to and from this project: a further architecture is one more
 * entry. `faults` name what the config lacks or what is not supported; the config is null with any.
 */
export interface Architecture {
  readConfig(json: Record<string, unknown>): { config: ModelConfig | null; faults: string[] };
  /** The keys of `config.json`, in snake_case. */
  writeConfig(config: ModelConfig): Record<string, unknown>;
  /** Every parameter in order of the layers, without what is tied to another. */
  parameterShapes(config: ModelConfig): Map<string, readonly number[]>;
  /** Tensors that old checkpoints hold and that are not parameters: they are passed over. */
  isBuffer(name: string, config: ModelConfig): boolean;
}
