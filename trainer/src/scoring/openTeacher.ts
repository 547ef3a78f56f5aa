import path from 'node:path';
import type { Sample } from '../data/sample.ts';
import type { Batch } from '../data/types.ts';
import type { LoadedModel } from '../inference/players.ts';
import type { BatchScores } from './batchInputs.ts';
import { batchRequests, filledCache, placeScores, readBatch } from './cachedScores.ts';
import { type OpenedScorer, openScorer, type ScorerOptions } from './openScorer.ts';
import { openScoreCache } from './scoreCache.ts';

/** The teacher of a run: scores for the targets of a batch, computed once and kept on disk. */
export interface Teacher {
  /** Tokens in each row of scores. */
  k: number;
  hasTail: boolean;
  /** Whether its ids stand for the student's tokens. */
  sharesTokenizer: boolean;
  /** Whether it says nothing of some tokens, which are left to their labels. */
  isPartial: boolean;
  /** The model itself, where it runs here and can play. */
  player: LoadedModel | null;
  /** Scores of a batch; samples without scores in the cache are scored first. */
  scores(batch: Batch, samples: readonly Sample[], signal?: AbortSignal): Promise<BatchScores>;
  /**
   * Scores of a batch that will not be met again, such as what the student has just said: they stay in memory,
   * as they come, and with them the log-probability of the tokens that stand there.
   */
  scoreOnce(
    batch: Batch,
    samples: readonly Sample[],
    signal?: AbortSignal,
  ): Promise<BatchScores & { label: Float32Array }>;
  /**
   * Has a teacher that runs elsewhere score what will be asked for, while this machine does other work;
   * one that runs here does nothing. Ends with `close`.
   */
  scoreAhead(batches: Iterable<Batch>, samples: readonly Sample[]): void;
  /** Puts scores of all samples of the batches into the cache. */
  fill(batches: Iterable<Batch>, samples: readonly Sample[], options?: FillOptions): Promise<void>;
  /** Tokens scored by the teacher so far, and the time it took. */
  work(): { tokens: number; ms: number };
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface FillOptions {
  signal?: AbortSignal | undefined;
  /** Called after each batch. */
  onBatch?: (() => void) | undefined;
}

/** Opens the teacher of a config; null where none gives scores. */
export async function openTeacher(options: ScorerOptions): Promise<Teacher | null> {
  const opened = await openScorer(options);
  return opened && cachedTeacher(opened, options);
}

async function cachedTeacher(
  { scorer, vocabSize, player, runsHere, noiseNats }: OpenedScorer,
  { config, cwd, student }: ScorerOptions,
): Promise<Teacher> {
  const { k, temperature, identity, concurrency } = scorer;
  const { tokenizer, model } = student;
  const isPartial = config.teacher.align === 'bytes';
  const cache = await openScoreCache({
    dir: path.resolve(cwd, config.teacher.cache),
    teacher: identity,
    tokenizer: { name: tokenizer.files.place, fingerprint: tokenizer.fingerprint },
    vocabSize,
    k,
    temperature,
    noiseNats,
  });
  const filled = filledCache(cache, scorer);
  const ahead = new AbortController();
  const fill: Teacher['fill'] = (batches, samples, { signal, onBatch } = {}) =>
    eachAtOnce(batches, concurrency, async (batch) => {
      signal?.throwIfAborted();
      await filled.ensure(batchRequests(batch, samples), signal);
      onBatch?.();
    });
  return {
    k,
    // The teacher gives no probability to ids that only the student has rows for.
    hasTail: k < model.vocabSize,
    sharesTokenizer: true,
    isPartial,
    player,
    work: () => filled.work(),
    flush: () => cache.flush(),
    fill,
    async scores(batch, samples, signal) {
      const requests = batchRequests(batch, samples);
      await filled.ensure(requests, signal);
      return readBatch(cache, requests, { slots: batch.targets.index.length, k, isPartial });
    },
    async scoreOnce(batch, samples, signal) {
      const requests = batchRequests(batch, samples);
      return placeScores(await scorer.score(requests, signal), requests, {
        ...{ slots: batch.targets.index.length, k, isPartial },
      });
    },
    scoreAhead(batches, samples) {
      if (runsHere) return;
      // What fails here is asked for once more by the step that needs it, which tells the error.
      void fill(batches, samples, { signal: ahead.signal }).catch(() => undefined);
    },
    async close() {
      ahead.abort(new Error('the teacher was closed'));
      await cache.close();
      await scorer.close();
    },
  };
}

/** Works on the items in order, at most `limit` at once; the first error ends it. */
async function eachAtOnce<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (let next = iterator.next(); !failed && next.done !== true; next = iterator.next()) {
      await work(next.value).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
}
