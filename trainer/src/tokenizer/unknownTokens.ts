import type { Tokenizer } from './tokenizer.ts';

const BYTE_FALLBACK = /^<0x[0-9A-F]{2}>$/;

/** Ids that stand for what the vocabulary does not have: the unknown token, and bytes in its place. */
export function unknownIds({
  special,
  vocabSize,
  tokenOf,
}: Pick<Tokenizer, 'special' | 'vocabSize' | 'tokenOf'>): ReadonlySet<number> {
  const found = new Set<number>();
  if (special.unkTokenId !== null) found.add(special.unkTokenId);
  for (let id = 0; id < vocabSize; id++) if (BYTE_FALLBACK.test(tokenOf(id) ?? '')) found.add(id);
  return found;
}

/** How many of a text's tokens are such. */
export function unknownCount(ids: ArrayLike<number>, unknown: ReadonlySet<number>): number {
  if (unknown.size === 0) return 0;
  let count = 0;
  for (let i = 0; i < ids.length; i++) if (unknown.has(ids[i]!)) count += 1;
  return count;
}
