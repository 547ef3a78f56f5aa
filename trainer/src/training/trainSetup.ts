import type { Precision } from '../engine/program.ts';
import type { LoraOptions } from '../lora/lora.ts';
import type { DivergenceChoice } from '../losses/divergence.ts';
import type { ModelConfig } from '../model/modelConfig.ts';
import type { AdamWOptions } from './optim/adamW.ts';

/** Everything that decides what the programs of a run compute. */
export interface TrainSetup {
  model: ModelConfig;
  lora: LoraOptions | null;
  /** Share of an adapter's inputs that is dropped in training; none without it. */
  loraDropout?: number;
  /** Parameters of the model that train beside an adapter, whole (PEFT's modules_to_save); all without one. */
  isTrained: (name: string) => boolean;
  rows: number;
  length: number;
  /** Slots for supervised positions. */
  positions: number;
  /** Cells of the teacher, and whether it leaves positions to their labels; null for hard labels only. */
  teacher: { k: number; hasTail: boolean; isPartial: boolean } | null;
  /** Rows for features of pictures; none where the model is shown none. */
  pictureRows?: number;
  kd: number;
  /** `scheduled`: given with each batch, and the teacher's scores are then those at T = 1. */
  temperature: number | 'scheduled';
  divergence: DivergenceChoice;
  /** Keep of each layer only what goes in, and compute the layer once more for its gradients. */
  checkpointing: boolean;
  optimizer: AdamWOptions;
  /** Update each large parameter as a whole: on a device pieces only cost calls. */
  wholeUpdates?: boolean;
  precision: Precision;
}
