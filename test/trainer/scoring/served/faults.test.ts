import { DeepCoderError } from '@deepcoder/config';
import { expect, test } from 'vitest';
import { random } from '../../../support/executors.ts';
import { type Fault, fakeScoreServer } from '../../../support/servers/fakeScoreServer.ts';
import { expectScores, type Kind, openScorer, randomRequests, V } from './support.ts';

type Json = Record<string, unknown>;

/** Changes the lists of an answer that are about rows. */
function editRows(kind: Kind, edit: (rows: unknown[]) => unknown[]): Fault {
  return {
    type: 'edit',
    edit: (answer) => {
      const copy = structuredClone(answer) as Json;
      const holder =
        kind === 'sglang' ? (copy['meta_info'] as Json) : ((copy['choices'] as Json[])[0] as Json);
      const names =
        kind === 'sglang' ? ['input_token_logprobs', 'input_top_logprobs'] : ['prompt_logprobs'];
      for (const name of names)
        if (holder[name] !== undefined) holder[name] = edit(holder[name] as unknown[]);
      return copy;
    },
  };
}

/** Changes the top tokens of the last row. */
function editTop(kind: Kind, edit: (logprobs: number[], ids: number[]) => void): Fault {
  return editRows(kind, (rows) => {
    const last = rows.at(-1);
    if (kind === 'vllm') {
      const entry = last as Record<string, { logprob: number; rank: number }>;
      const [ids, values] = [Object.keys(entry).map(Number), Object.values(entry)];
      const logprobs = values.map(({ logprob }) => logprob);
      edit(logprobs, ids);
      const changed = ids.map((id, at) => [id, { ...values[at], logprob: logprobs[at] }]);
      return [...rows.slice(0, -1), Object.fromEntries(changed)];
    }
    if (!Array.isArray((last as unknown[])[0])) return rows;
    const row = last as [number, number, null][];
    const [logprobs, ids] = [row.map(([logp]) => logp), row.map(([, id]) => id)];
    edit(logprobs, ids);
    return [...rows.slice(0, -1), ids.map((id, at) => [logprobs[at], id, null])];
  });
}

const status = (code: number, retryAfter?: string): Fault => ({
  ...{ type: 'status', status: code },
  ...(retryAfter !== undefined && { retryAfter }),
});

/** What servers, proxies and networks have been seen to do; some of it is right all the same. */
function faultsOf(kind: Kind): Fault[] {
  return [
    status(503, '0'),
    status(429, '1'),
    status(429, 'Mon, 30 Nov 2026 16:00:00 GMT'),
    status(500),
    status(502),
    status(504),
    status(408),
    { type: 'drop' },
    { type: 'cut' },
    { type: 'truncate' },
    { type: 'html' },
    { type: 'empty' },
    { type: 'hang' },
    { type: 'gzip' },
    { type: 'drip' },
    { type: 'phantom' },
    { type: 'other', ids: (ids) => [...ids].reverse() },
    { type: 'other', ids: (ids) => ids.map((id) => (id + 1) % V) },
    { type: 'other', ids: (ids) => ids.slice(0, -1) },
    { type: 'other', ids: (ids) => [...ids, 1] },
    { type: 'other', ids: (ids) => [0, ...ids.slice(0, -1)] },
    editRows(kind, (rows) => rows.slice(0, -1)),
    editRows(kind, (rows) => [null, ...rows]),
    editRows(kind, ([first, ...rows]) => [first, ...rows.slice(1), rows[0]]),
    editRows(kind, (rows) => rows.map(() => null)),
    editTop(kind, (logprobs) => (logprobs[2] = Number.NaN)),
    editTop(kind, (logprobs) => (logprobs[0] = 3)),
    editTop(kind, (logprobs) => logprobs.fill(-0.1)),
    editTop(kind, (logprobs, ids) => {
      logprobs.pop();
      ids.pop();
    }),
    { type: 'edit', edit: () => null },
    { type: 'edit', edit: (answer) => [answer, answer] },
  ];
}

const RUNS = Number(process.env['DEEPCODER_FAULT_RUNS'] ?? 6);
const FAULTS = 20;
const CODES = ['server-unreachable', 'server-timeout', 'server-failed', 'server-answer'];

test.each<[Kind, 'base64' | 'nested']>([
  ['sglang', 'nested'],
  ['sglang', 'base64'],
  ['vllm', 'nested'],
])(
  `%s (%s): with ${FAULTS} random faults a run every score is right, or there is a clear error`,
  async (kind, layout) => {
    const fake = await fakeScoreServer({ kind, vocabSize: V, layout });
    let failed = 0;
    for (let run = 0; run < RUNS; run++) {
      const next = random(1000 + run);
      const faults = faultsOf(kind);
      const chance = (): Fault => faults[Math.floor(next() * faults.length)] ?? status(500);
      fake.faults.push(...Array.from({ length: FAULTS }, chance));
      const scorer = openScorer(kind, fake, { timeoutMs: 1000, retries: 5 });
      const asked = randomRequests(12, run, 24);
      const settled = await Promise.allSettled(asked.map((request) => scorer.score([request])));
      for (const [at, one] of settled.entries()) {
        if (one.status === 'fulfilled') expectScores(asked[at]!, one.value[0]!, fake.model);
        else {
          failed++;
          expect(one.reason).toBeInstanceOf(DeepCoderError);
          expect(CODES).toContain((one.reason as DeepCoderError).code);
        }
      }
      fake.faults.length = 0;
    }
    // Most samples come through: what is retried is not given up.
    expect(failed).toBeLessThan(RUNS * 2);
    await fake.close();
  },
  600_000,
);

test.each<[Kind, number]>(
  (['sglang', 'vllm'] as const).flatMap((kind) =>
    faultsOf(kind).map((_, at): [Kind, number] => [kind, at]),
  ),
)('%s: fault %i again and again is told, and never a score of another token', async (kind, at) => {
  const fake = await fakeScoreServer({ kind, vocabSize: V, layout: 'nested' });
  const fault = faultsOf(kind)[at]!;
  fake.faults.push(fault, fault);
  const ids = Int32Array.from({ length: 9 }, (_, i) => (i * 7) % V);
  const request = { key: 's', ids, offsets: Int32Array.of(1, 4, 5, 8) };
  const scorer = openScorer(kind, fake, { timeoutMs: 1000, retries: 1 });
  const answer = await scorer.score([request]).catch((error: unknown) => error);
  if (answer instanceof DeepCoderError) expect(CODES).toContain(answer.code);
  else {
    expect(['gzip', 'drip', 'phantom']).toContain(fault.type);
    expectScores(request, (answer as [never])[0], fake.model);
  }
  await fake.close();
});
