import { afterEach, describe, expect, it, test } from 'vitest';
import { cellsOf } from '../../../../trainer/src/scoring/served/servedScorer.ts';
import {
  type FakeOptions,
  fakeScoreServer,
  type FakeServer,
} from '../../../support/servers/fakeScoreServer.ts';
import { expectScores, openScorer, randomRequests, V } from './support.ts';

let fake: FakeServer | null = null;
afterEach(async () => {
  await fake?.close();
  fake = null;
});

async function open(options: Omit<FakeOptions, 'vocabSize'>): Promise<FakeServer> {
  fake = await fakeScoreServer({ vocabSize: V, ...options });
  return fake;
}

test.each<Omit<FakeOptions, 'vocabSize'>>([
  { kind: 'sglang' },
  { kind: 'sglang', layout: 'flat' },
  { kind: 'sglang', layout: 'flat', shapeCountsNull: true },
  { kind: 'sglang', layout: 'nested' },
  { kind: 'vllm' },
])('scores are those of the tokens that were asked for: %o', async (options) => {
  const server = await open(options);
  const asked = randomRequests(20, 1);
  const scores = await openScorer(options.kind, server).score(asked);
  for (const [at, request] of asked.entries()) expectScores(request, scores[at]!, server.model);
});

test('SGLang is asked from one token before the first that is wanted, and for none after the last', async () => {
  const server = await open({ kind: 'sglang' });
  const ids = Int32Array.from({ length: 30 }, (_, at) => at);
  const request = { key: 's', ids, offsets: Int32Array.of(7, 12) };
  const [scores] = await openScorer('sglang', server).score([request]);
  expect(server.scored).toEqual([Array.from({ length: 13 }, (_, at) => at)]);
  expectScores(request, scores!, server.model);
});

describe('what is in flight', () => {
  it.each([
    [
      { concurrency: 3, maxTokensInFlight: 1e6 },
      { most: 3, mostTokens: 120 },
    ],
    [
      { concurrency: 50, maxTokensInFlight: 90 },
      { most: 50, mostTokens: 90 },
    ],
  ])('stays within %o', async (options, { most, mostTokens }) => {
    const server = await open({ kind: 'sglang', delayMs: 5 });
    await openScorer('sglang', server, options).score(randomRequests(30, 2));
    expect(server.active.most).toBeLessThanOrEqual(most);
    expect(server.active.mostTokens).toBeLessThanOrEqual(mostTokens);
    expect(server.active.most).toBeGreaterThan(1);
  });

  it('takes a sample that is larger than all that may be, alone', async () => {
    const server = await open({ kind: 'vllm', delayMs: 2 });
    const scorer = openScorer('vllm', server, { maxTokensInFlight: 4 });
    await expect(scorer.score(randomRequests(6, 3))).resolves.toHaveLength(6);
    expect(server.active.most).toBeLessThanOrEqual(2);
  });

  it('ends at once when it is aborted', async () => {
    const server = await open({ kind: 'sglang', delayMs: 10_000 });
    const stop = new AbortController();
    const scoring = openScorer('sglang', server, { concurrency: 1, timeoutMs: 20_000 }).score(
      randomRequests(3, 4),
      stop.signal,
    );
    setTimeout(() => stop.abort(new Error('enough')), 20);
    const began = performance.now();
    await expect(scoring).rejects.toThrow('enough');
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

describe('cells', () => {
  const logps = Float64Array.of(0.5, 0.25, 0.125).map(Math.log);
  const rows = { ids: Int32Array.of(7, 3, 900), logps, labelLogp: Float64Array.of(Math.log(0.25)) };

  it('of tokens that the student has are as the server gave them, with the rest as tail', () => {
    const cells = cellsOf(rows, { k: 3, isToken: () => true });
    expect([...cells.ids]).toEqual([7, 3, 900]);
    expect(Math.exp(cells.tailLogp[0]!)).toBeCloseTo(0.125, 6);
  });

  it('leave out what the student has no token for: probabilities are those among its own', () => {
    const cells = cellsOf(rows, { k: 3, isToken: (id) => id < V });
    expect([...cells.ids]).toEqual([7, 3, 0]);
    expect(Math.exp(cells.logps[0]!)).toBeCloseTo(0.5 / 0.875, 6);
    expect(Math.exp(cells.logps[1]!)).toBeCloseTo(0.25 / 0.875, 6);
    expect(cells.logps[2]).toBe(-Infinity);
    expect(Math.exp(cells.labelLogp[0]!)).toBeCloseTo(0.25 / 0.875, 6);
    const mass = Math.exp(cells.tailLogp[0]!) + 0.75 / 0.875;
    expect(mass).toBeCloseTo(1, 6);
  });

  it('of a mass a little above 1, as rounding makes it, still have a tail', () => {
    const over = { ...rows, logps: Float64Array.of(0.7, 0.2, 0.105).map(Math.log) };
    const { tailLogp } = cellsOf(over, { k: 3, isToken: () => true });
    expect(tailLogp[0]).toBeLessThan(-15);
    expect(Number.isFinite(tailLogp[0])).toBe(true);
  });
});
