import type { Sample } from '../data/sample.ts';
import type { Batch } from '../data/types.ts';
import type { BatchScores } from './batchInputs.ts';
import { LOGP_FLOOR, type TeacherScores } from './scoreRecord.ts';
import { type ScoreCache, scoreKey } from './scoreCache.ts';
import type { ScoreRequest, TokenScorer, TokenScores } from './tokenScorer.ts';

/** The target slots of one sample in a batch, which are consecutive. */
interface SampleSlots extends ScoreRequest {
  first: number;
}

/** A batch's samples, and which of their tokens are targets. */
export function batchRequests({ targets }: Batch, samples: readonly Sample[]): SampleSlots[] {
  const requests: SampleSlots[] = [];
  let first = 0;
  while (first < targets.count) {
    const item = targets.sample[first];
    let end = first;
    while (end < targets.count && targets.sample[end] === item) end++;
    const sample = samples[item ?? -1];
    if (sample === undefined) throw new RangeError(`a batch with no sample at slot ${first}`);
    const offsets = targets.offset.slice(first, end);
    const { ids, readings } = sample;
    const parts = readings?.flatMap((one) => [one.ids, one.pairs]) ?? [];
    requests.push({ key: scoreKey(ids, offsets, ...parts), ids, offsets, readings, first });
    first = end;
  }
  return requests;
}

/** The scores of a batch's slots, all of which are in the cache. */
export async function readBatch(
  cache: ScoreCache,
  requests: readonly SampleSlots[],
  { slots, k, isPartial }: { slots: number; k: number; isPartial: boolean },
): Promise<BatchScores> {
  const scores = emptyScores(slots, k);
  for (const { key, first } of requests) place(scores, await cache.read(key), first, k);
  if (isPartial) scores.known = knownRows(scores, k);
  return scores;
}

/** Scores as a scorer gives them, in the order of the requests, at a batch's slots. */
export function placeScores(
  scored: readonly TokenScores[],
  requests: readonly SampleSlots[],
  { slots, k, isPartial }: { slots: number; k: number; isPartial: boolean },
): BatchScores & { label: Float32Array } {
  const scores = { ...emptyScores(slots, k), label: new Float32Array(slots) };
  for (const [at, { key, first }] of requests.entries()) {
    const one = scored[at];
    if (one === undefined) throw new RangeError(`a scorer left out the sample ${key}`);
    place(scores, one, first, k);
    scores.label.set(one.labelLogp, first);
  }
  if (isPartial) scores.known = knownRows(scores, k);
  return scores;
}

/** Padding has weight 0, but its tokens must differ within a row as all others do. */
function emptyScores(slots: number, k: number): BatchScores {
  return {
    ids: Int32Array.from({ length: slots * k }, (_, at) => at % k),
    logps: new Float32Array(slots * k),
    tail: new Float32Array(slots),
    known: null,
  };
}

function place(
  scores: BatchScores,
  { ids, logps, tailLogp }: TeacherScores,
  first: number,
  k: number,
): void {
  scores.ids.set(ids, first * k);
  scores.logps.set(logps, first * k);
  scores.tail.set(tailLogp, first);
}

/** 1 for rows in which anything has a probability: the others are those of which the teacher says nothing. */
function knownRows({ logps, tail }: Pick<BatchScores, 'logps' | 'tail'>, k: number): Float32Array {
  return tail.map((rest, row) => {
    const most = logps.subarray(row * k, (row + 1) * k).reduce((a, b) => Math.max(a, b), rest);
    return most > LOGP_FLOOR ? 1 : 0;
  });
}

/** A cache that has its scorer fill in what is missing. */
interface FilledCache {
  /** Resolves when all of these have scores; each sample is scored once, whoever asks. */
  ensure(requests: readonly ScoreRequest[], signal?: AbortSignal): Promise<void>;
  /** Tokens that the scorer has read, and the time that it took, in milliseconds. */
  work(): { tokens: number; ms: number };
}

export function filledCache(cache: ScoreCache, scorer: TokenScorer): FilledCache {
  const pending = new Map<string, Promise<void>>();
  const work = { tokens: 0, ms: 0 };
  let [open, since] = [0, 0];

  async function scoreMissing(requests: readonly ScoreRequest[], signal?: AbortSignal) {
    if (open++ === 0) since = performance.now();
    try {
      const scores = await scorer.score(requests, signal);
      for (const [at, { key, ids }] of requests.entries()) {
        const one = scores[at];
        if (one === undefined) throw new RangeError(`a scorer left out the sample ${key}`);
        await cache.write(key, one);
        work.tokens += ids.length;
      }
    } finally {
      if (--open === 0) work.ms += performance.now() - since;
    }
  }

  function start(requests: readonly ScoreRequest[], signal?: AbortSignal): Promise<void> {
    const scored = scoreMissing(requests, signal).finally(() => {
      for (const { key } of requests) pending.delete(key);
    });
    for (const { key } of requests) pending.set(key, scored);
    return scored;
  }

  /** A model that runs here takes all samples in one pass; a server takes them one by one, at once. */
  function groupsOf(requests: readonly ScoreRequest[]): (readonly ScoreRequest[])[] {
    if (scorer.concurrency > 1) return requests.map((request) => [request]);
    return requests.length === 0 ? [] : [requests];
  }

  return {
    work: () => work,
    async ensure(requests, signal) {
      const unknown = (): ScoreRequest[] => requests.filter(({ key }) => !cache.has(key));
      // Another rank, or another run, may have had these scored.
      if (unknown().some(({ key }) => !pending.has(key))) await cache.refresh();
      const wanted = unknown();
      const missing = wanted.filter(({ key }) => !pending.has(key));
      const underWay = wanted.flatMap(({ key }) => pending.get(key) ?? []);
      const started = groupsOf(distinct(missing)).map((group) => start(group, signal));
      await Promise.all([...new Set([...underWay, ...started])]);
    },
  };
}

/** Equal samples have one key and are scored once. */
function distinct(requests: readonly ScoreRequest[]): ScoreRequest[] {
  return [...new Map(requests.map((request) => [request.key, request])).values()];
}
