import { expect } from 'vitest';
import { httpService } from '../../../../trainer/src/http/httpService.ts';
import type { ScoreServer } from '../../../../trainer/src/scoring/served/scoreServer.ts';
import { servedScorer } from '../../../../trainer/src/scoring/served/servedScorer.ts';
import { sglangServer } from '../../../../trainer/src/scoring/served/sglang.ts';
import { vllmServer } from '../../../../trainer/src/scoring/served/vllm.ts';
import type {
  ScoreRequest,
  TokenScorer,
  TokenScores,
} from '../../../../trainer/src/scoring/tokenScorer.ts';
import { maxDifference, random } from '../../../support/executors.ts';
import type { FakeServer } from '../../../support/servers/fakeScoreServer.ts';
import { type HashModel, topOf } from '../../../support/servers/hashModel.ts';

export type Kind = 'sglang' | 'vllm';

export const V = 96;
const K = 8;

export interface ScorerOptions {
  timeoutMs?: number;
  retries?: number;
  concurrency?: number;
  maxTokensInFlight?: number;
  isToken?: (id: number) => boolean;
}

export function openServer(
  kind: Kind,
  { url }: Pick<FakeServer, 'url'>,
  { timeoutMs = 5000, retries = 3 }: ScorerOptions = {},
): ScoreServer {
  // Pauses are tested by themselves.
  const sleep = (): Promise<void> => Promise.resolve();
  const service = httpService({ role: 'teacher', url, apiKey: null, timeoutMs, retries, sleep });
  return kind === 'sglang' ? sglangServer(service) : vllmServer(service, 'fake/teacher');
}

export function openScorer(
  kind: Kind,
  fake: Pick<FakeServer, 'url'>,
  options: ScorerOptions = {},
): TokenScorer {
  const { concurrency = 4, maxTokensInFlight = 10_000, isToken = (id) => id < V } = options;
  return servedScorer({
    server: openServer(kind, fake, options),
    identity: { name: 'fake/teacher', fingerprint: 'f' },
    k: K,
    ...{ concurrency, maxTokensInFlight, isToken },
  });
}

/** Samples of 2 to `longest` tokens, with some of their tokens asked for. */
export function randomRequests(count: number, seed: number, longest = 40): ScoreRequest[] {
  const next = random(seed);
  return Array.from({ length: count }, (_, at) => {
    const length = 2 + Math.floor(next() * (longest - 1));
    const ids = Int32Array.from({ length }, () => Math.floor(next() * V));
    const all = Array.from({ length: length - 1 }, (_, i) => i + 1);
    const offsets = all.filter(() => next() < 0.6);
    return { key: `s${at}`, ids, offsets: Int32Array.from(offsets.length > 0 ? offsets : [1]) };
  });
}

/** Throws unless the scores are those of the model at exactly these tokens. */
export function expectScores(
  { ids, offsets }: ScoreRequest,
  scores: TokenScores,
  model: HashModel,
): void {
  expect(scores.labelLogp).toHaveLength(offsets.length);
  for (const [row, offset] of offsets.entries()) {
    const logps = model.logps(ids, offset);
    const top = topOf(logps, K);
    const [from, end] = [row * K, (row + 1) * K];
    expect([...scores.ids.subarray(from, end)]).toEqual(top.ids);
    expect(maxDifference(scores.logps.subarray(from, end), top.logps)).toBeLessThan(1e-6);
    expect(scores.labelLogp[row]).toBeCloseTo(logps[ids[offset] ?? 0] ?? 0, 5);
    const mass = top.logps.reduce((sum, logp) => sum + Math.exp(logp), 0);
    expect(Math.exp(scores.tailLogp[row] ?? 0)).toBeCloseTo(1 - mass, 5);
  }
}
