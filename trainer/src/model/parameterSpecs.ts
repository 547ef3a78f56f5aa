import type { ModelConfig } from './modelConfig.ts';

export const EMBEDDING = 'model.embed_tokens.weight';

/** The norm behind the last layer. */
export const FINAL_NORM = 'model.norm';

/** What the names of a layer's parameters begin with. */
export function layerPrefix(layer: number): string {
  return `model.layers.${layer}`;
}

/** The parameters of a decoder, by their Hugging Face names; matrices are `[out, in]`. */
export function parameterSpecs(config: ModelConfig): Record<string, readonly number[]> {
  const { hiddenSize, vocabSize, numHiddenLayers, tieWordEmbeddings } = config;
  const specs: Record<string, readonly number[]> = {
    [EMBEDDING]: [vocabSize, hiddenSize],
  };
  for (let layer = 0; layer < numHiddenLayers; layer++) {
    const prefix = layerPrefix(layer);
    specs[`${prefix}.input_layernorm.weight`] = [hiddenSize];
    for (const [name, shape] of Object.entries(projectionShapes(config))) {
      specs[`${prefix}.${name}.weight`] = shape;
    }
    specs[`${prefix}.post_attention_layernorm.weight`] = [hiddenSize];
  }
  specs[`${FINAL_NORM}.weight`] = [hiddenSize];
  if (!tieWordEmbeddings) specs['lm_head.weight'] = [vocabSize, hiddenSize];
  return specs;
}

/** The projections of one layer, `[out, in]`: what LoRA can be put on. */
export function projectionShapes(config: ModelConfig): Record<string, readonly [number, number]> {
  const { hiddenSize, intermediateSize, headDim, numAttentionHeads, numKeyValueHeads } = config;
  const queries = headDim * numAttentionHeads;
  const keys = headDim * numKeyValueHeads;
  return {
    'self_attn.q_proj': [queries, hiddenSize],
    'self_attn.k_proj': [keys, hiddenSize],
    'self_attn.v_proj': [keys, hiddenSize],
    'self_attn.o_proj': [hiddenSize, queries],
    'mlp.gate_proj': [intermediateSize, hiddenSize],
    'mlp.up_proj': [intermediateSize, hiddenSize],
    'mlp.down_proj': [hiddenSize, intermediateSize],
  };
}

/** The matrix that turns hidden states into logits: the embedding itself where they are tied. */
export function headName(config: ModelConfig): string {
  return config.tieWordEmbeddings ? EMBEDDING : 'lm_head.weight';
}
