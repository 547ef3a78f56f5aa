import type { ModelConfig } from '../model/modelConfig.ts';

export interface MemoryOptions {
  model: ModelConfig;
  /** Numbers in weights that train, and in those that do not. */
  trained: number;
  frozen: number;
  /** Numbers in the teacher's weights; 0 without a teacher. */
  teacher: number;
  /** Tokens of one micro-batch. */
  tokens: number;
  accumulates: boolean;
}

/** Node, ONNX Runtime and the data of a small run. */
const PROCESS_BYTES = 250e6;
/** Logits of one chunk, their softmax and their gradient. */
const LOGITS_BYTES = 3 * (64 << 20);
/** Of the activations, what is alive at the peak: measured, some are computed anew in the backward pass. */
const ALIVE_SHARE = 0.5;

/**
 * About how many bytes a run will take, resident, on the onnx executor in fp32: 12 a trained number
 * (weight and two moments), 4 for its gradient, 4 more where gradients are accumulated; 8 a frozen one
 * (the runtime packs a copy); and for each token and layer the activations that the backward pass reads,
 * 6 D + 2 H K + 2 G K + 3 F numbers (D hidden, H and G heads of queries and keys, K head size,
 * F feed-forward). An estimate, not a bound.
 */
export function memoryEstimate(options: MemoryOptions): number {
  const { model, trained, frozen, teacher, tokens, accumulates } = options;
  const { hiddenSize, intermediateSize, headDim, numAttentionHeads, numKeyValueHeads } = model;
  const perToken =
    6 * hiddenSize + 2 * headDim * (numAttentionHeads + numKeyValueHeads) + 3 * intermediateSize;
  const saved = 4 * perToken * tokens * model.numHiddenLayers;
  const logits = Math.min(LOGITS_BYTES, 3 * 4 * tokens * model.vocabSize);
  return (
    PROCESS_BYTES +
    (accumulates ? 20 : 16) * trained +
    8 * (frozen + teacher) +
    ALIVE_SHARE * saved +
    logits
  );
}
