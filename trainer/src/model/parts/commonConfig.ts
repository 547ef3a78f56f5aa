import { z } from 'zod';
import type { ConfigReading } from '../architecture.ts';
import type { ModelConfig } from '../modelConfig.ts';
import { size } from './configKeys.ts';

const tokenId = z.int().nonnegative();

/** Defaults of a family for keys that its files may leave out. */
export interface CommonDefaults {
  maxPositionEmbeddings: number;
  tieWordEmbeddings: boolean;
  bosTokenId: number | null;
  eosTokenId: number | null;
}

/** The keys that all families have, under the names that most give them. */
export function commonKeys({
  maxPositionEmbeddings,
  tieWordEmbeddings,
  bosTokenId,
  eosTokenId,
}: CommonDefaults) {
  return {
    vocab_size: size,
    hidden_size: size,
    num_hidden_layers: size,
    tie_word_embeddings: z.boolean().default(tieWordEmbeddings),
    max_position_embeddings: size.default(maxPositionEmbeddings),
    bos_token_id: tokenId.nullable().default(bosTokenId),
    eos_token_id: z.union([tokenId, z.array(tokenId), z.null()]).default(eosTokenId),
  };
}

/** Keys that are written from what is being saved, so that what was read of them says nothing. */
const REWRITTEN = ['model_type', 'torch_dtype', 'dtype', 'use_cache', 'transformers_version'];

/**
 * A reading whose config also keeps the file's other keys, so that nothing is lost when it is written.
 *
 * @param written the keys that the family writes for this config
 */
export function withOtherKeys<C extends ModelConfig>(
  config: C,
  json: Record<string, unknown>,
  written: Record<string, unknown>,
): ConfigReading<C> {
  const others = Object.entries(json).filter(
    ([key]) => !Object.hasOwn(written, key) && !REWRITTEN.includes(key),
  );
  if (others.length === 0) return { config, faults: [] };
  return { config: { ...config, otherKeys: Object.fromEntries(others) }, faults: [] };
}
