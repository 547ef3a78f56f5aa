import type { CachedDecoder } from './decoder.ts';
import { sampleToken, type SamplingOptions } from './sample.ts';

export interface GenerateOptions extends Omit<SamplingOptions, 'uniform'> {
  /** Uniform numbers in [0, 1), for each row. */
  uniform: (row: number) => number;
  maxTokens: number;
  /** Tokens that end a row; the token itself is part of the result and of the row. */
  stopIds: ReadonlySet<number>;
  /** Whether a row's new tokens, as text, end it: for stop strings, which may span tokens. */
  isStopped?: (ids: readonly number[]) => boolean | Promise<boolean>;
}

export interface Generated {
  row: number;
  ids: number[];
  /** Why it ended. */
  reason: 'stop' | 'length' | 'context';
}

/**
 * Generates from the end of each row until it stops, is `maxTokens` long or fills the context. All
 * rows are decoded together, and what they generate is part of them afterwards.
 */
export async function generate(
  decoder: CachedDecoder,
  rows: readonly number[],
  options: GenerateOptions,
): Promise<Generated[]> {
  const results = new Map<number, Generated>(
    rows.map((row) => [row, { row, ids: [], reason: 'length' }]),
  );
  let open = options.maxTokens > 0 ? [...rows] : [];
  while (open.length > 0) {
    const next: number[] = [];
    const feeds: { row: number; ids: number[] }[] = [];
    for (const row of open) {
      const result = results.get(row)!;
      if (decoder.length(row) >= decoder.context) {
        result.reason = 'context';
        continue;
      }
      const token = sampleToken(decoder.logits(row), {
        ...options,
        uniform: () => options.uniform(row),
      });
      result.ids.push(token);
      feeds.push({ row, ids: [token] });
      if (options.stopIds.has(token) || (await options.isStopped?.(result.ids)) === true) {
        result.reason = 'stop';
      } else if (result.ids.length < options.maxTokens) next.push(row);
    }
    await decoder.feed(feeds);
    open = next;
  }
  return [...results.values()];
}
