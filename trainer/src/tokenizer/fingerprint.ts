import { createHash } from 'node:crypto';
import type { TokenizerJson } from './tokenizerFiles.ts';

/** What decides the ids of a text; truncation, padding, decoder and offsets do not. */
const DECIDING = ['normalizer', 'pre_tokenizer', 'post_processor'];

/**
 * Hash of a tokenizer's contents: vocabulary, merges, normalizer, pre-tokenizer and added tokens, in
 * sorted order, so that two files with the same contents agree whatever their layout. 32 hex digits.
 */
export function fingerprint(parsed: TokenizerJson, vocab: Record<string, number>): string {
  const hash = createHash('sha256');
  for (const [token, id] of Object.entries(vocab).sort(byIdThenToken)) {
    hash.update(`${id}\t${JSON.stringify(token)}\n`);
  }
  hash.update(stableJson(parsed['added_tokens'] ?? null));
  hash.update(rulesFingerprint(parsed));
  return hash.digest('hex').slice(0, 32);
}

/** The same without vocabulary and added tokens: how a text is cut into pieces. */
export function rulesFingerprint(parsed: TokenizerJson): string {
  const hash = createHash('sha256');
  const model = (parsed['model'] ?? {}) as Record<string, unknown>;
  const merges = Array.isArray(model['merges']) ? (model['merges'] as (string | string[])[]) : [];
  for (const merge of merges) {
    hash.update(`${typeof merge === 'string' ? merge : merge.join(' ')}\n`);
  }
  const rest = { ...model, vocab: null, merges: null };
  hash.update(stableJson([rest, ...DECIDING.map((key) => parsed[key] ?? null)]));
  return hash.digest('hex').slice(0, 32);
}

function byIdThenToken(a: [string, number], b: [string, number]): number {
  return a[1] - b[1] || (a[0] < b[0] ? -1 : 1);
}

function stableJson(value: unknown): string {
  return JSON.stringify(value, (key, child: unknown) => {
    if (key === 'trim_offsets') return undefined;
    if (typeof child !== 'object' || child === null || Array.isArray(child)) return child;
    return Object.fromEntries(Object.entries(child).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
