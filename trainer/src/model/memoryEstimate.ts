import { architectureOf } from './architectures.ts';
import type { ModelConfig } from './modelConfig.ts';

export interface MemoryOptions {
  model: ModelConfig;
  /** Numbers in weights that train, and in those that do not. */
  trained: number;
  frozen: number;
  /** Numbers in the teacher's weights; 0 without a teacher. */
  teacher: number;
  /** Rows of one micro-batch, and tokens of a row. */
  rows: number;
  length: number;
  accumulates: boolean;
  /** `train.gradient_checkpointing` */
  checkpointing: boolean;
}

/** Node, ONNX Runtime and the data of a small run. */
const PROCESS_BYTES = 180e6;
/** Logits of one chunk, their softmax and their gradient. */
const LOGITS_BYTES = 3 * (64 << 20);
/** What is alive at the peak for each number that the backward pass reads, temporaries and gradients with it. */
const ALIVE = 1.3;
/** The same for the one layer whose gradients are computed, where layers are computed twice. */
const ALIVE_LAYER = 4;
/** What is alive of the hidden states between layers, for each of them, in the same case. */
const ALIVE_BETWEEN = 3;
/** Rows up to this length have one block of attention, whose probabilities are kept for the backward pass. */
const ONE_BLOCK = 512;

/**
 * About how many bytes a run will take, resident, on the onnx executor in fp32: 12 a trained number
 * (weight and two moments), 4 for its gradient, 4 more where gradients are accumulated; 8 a frozen one
 * (the runtime packs a copy); for each token and layer the activations that the backward pass reads
 * (`Architecture.activations`), or with gradient checkpointing those of one layer and D for each of the
 * others (D hidden); in short rows H probabilities for each pair of tokens and such layer (H query heads); a
 * trained head's gradient twice, V D numbers (V vocabulary). Measured from 256 to 8,192 tokens it is within a fifth of the
 * resident memory. An estimate, not a bound.
 */
export function memoryEstimate(options: MemoryOptions): number {
  const { model, trained, frozen, teacher, rows, length, accumulates, checkpointing } = options;
  const architecture = architectureOf(model);
  const { hiddenSize, numHiddenLayers: layers } = model;
  const tokens = rows * length;
  const { heads } = architecture.attention(model, 0);
  const probabilities = length <= ONE_BLOCK ? heads * length : 0;
  const perLayer = architecture.activations(model) + probabilities;
  const saved = checkpointing
    ? ALIVE_LAYER * perLayer + ALIVE_BETWEEN * hiddenSize * layers
    : ALIVE * perLayer * layers;
  const logits = Math.min(LOGITS_BYTES, 3 * 4 * tokens * model.vocabSize);
  const head = frozen === 0 ? 2 * 4 * model.vocabSize * hiddenSize : 0;
  return (
    PROCESS_BYTES +
    (accumulates ? 20 : 16) * trained +
    8 * (frozen + teacher) +
    4 * saved * tokens +
    logits +
    head
  );
}
