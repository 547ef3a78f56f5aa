import { afterEach, describe, expect, it } from 'vitest';
import { preflight, type Preflight } from '../../../../trainer/src/scoring/served/preflight.ts';
import type { Tokenizer } from '../../../../trainer/src/tokenizer/tokenizer.ts';
import {
  type FakeOptions,
  fakeScoreServer,
  type FakeServer,
} from '../../../support/servers/fakeScoreServer.ts';
import { type Kind, openServer, V } from './support.ts';

let fake: FakeServer | null = null;
afterEach(async () => {
  await fake?.close();
  fake = null;
});

interface Asked {
  model?: string | null;
  maxLength?: number;
  k?: number;
  temperature?: number;
  align?: 'ids' | 'bytes';
}

async function look(
  kind: Kind,
  options: Partial<FakeOptions> = {},
  { model = null, maxLength = 100, k = 8, temperature = 1, align = 'ids' }: Asked = {},
): Promise<Preflight> {
  fake = await fakeScoreServer({ kind, vocabSize: V, ...options });
  const tokenizer = {
    files: { place: 'tok' },
    vocabSize: V,
    encode: () => Promise.resolve({ ids: Int32Array.from({ length: 20 }, (_, at) => at * 4) }),
    tokenOf: (id: number) => `t${id}`,
    decode: (ids: ArrayLike<number>) => Promise.resolve(`t${ids[0] ?? ''}`),
  } as unknown as Tokenizer;
  const config = {
    teacher: { type: kind, url: fake.url, model, align },
    data: { maxLength },
    loss: { temperature: { value: temperature, schedule: 'constant' } },
  } as never;
  return preflight({ config, server: openServer(kind, fake, { retries: 0 }), tokenizer, k });
}

describe.each<Kind>(['sglang', 'vllm'])('%s', (kind) => {
  it('is asked who it is, then twice for 32 tokens', async () => {
    const found = await look(kind);
    expect(found).toMatchObject({ model: 'fake/teacher', noiseNats: 0 });
    expect(found.facts).toMatchObject({ contextLength: 4096, speculative: null });
    expect(fake?.scored.map(({ length }) => length)).toEqual([32, 32, 32]);
    expect(found.notes).toHaveLength(1);
  });

  it('with a tokenizer of its own it is not asked for room, since longer texts are not sent', async () => {
    const found = await look(kind, { contextLength: 100 }, { align: 'bytes' });
    expect(found.facts.contextLength).toBe(100);
  });

  it.each<[string, Partial<FakeOptions>, Asked, string, RegExp]>([
    ['another model', {}, { model: 'other' }, 'teacher-model', /serves fake\/teacher, .*not other/],
    ['a short context', { contextLength: 100 }, {}, 'teacher-context', /takes 100 .* length 101,/],
    [
      'another tokenizer than is named',
      { textOf: (id) => `u${id}` },
      { align: 'bytes' },
      'tokenizer-misfit',
      /not that of teacher.tokenizer: token \d+ .* name the tokenizer of the model/,
    ],
    [
      'drafts',
      { speculative: 'EAGLE' },
      {},
      'teacher-speculative',
      /start it without speculative decoding/,
    ],
    [
      'a key that is wanted',
      { apiKey: 'secret' },
      {},
      'server-refused',
      /Unauthorized; give the server's key in teacher.api_key/,
    ],
    [
      'another vocabulary',
      { textOf: (id) => `u${id}` },
      {},
      'tokenizer-misfit',
      /token \d+ is "t\d+" to the student and "u\d+" to the teacher/,
    ],
  ])('%s is told before the first step', async (...[, options, asked, code, message]) => {
    const error: unknown = await look(kind, options, asked).catch((one: unknown) => one);
    expect(error).toMatchObject({ code, exitCode: 3 });
    expect((error as Error).message.replace('max-model-len', 'context-length')).toMatch(
      new RegExp(message.source.replace(' length 101', '.*length 101')),
    );
  });

  it('that answers differently each time is measured and told', async () => {
    const found = await look(kind, { noise: 0.9 });
    expect(found.noiseNats).toBeCloseTo(0.9, 5);
    expect(found.notes.join()).toMatch(/warning: its scores differ/);
  });

  it('at another temperature is explained', async () => {
    expect((await look(kind, {}, { temperature: 2 })).notes[1]).toMatch(
      /probabilities at temperature 1; they are softened from the top 8/,
    );
  });
});

it("vLLM's refusal of k names its option", async () => {
  await expect(look('vllm', { maxTopK: 5 })).rejects.toMatchObject({
    code: 'teacher-top-k',
    message: expect.stringMatching(
      /refuses 8; lower it, or start the server with --max-logprobs 8/,
    ) as string,
  });
});

it('a server that is not there is told with its address', async () => {
  const gone = await fakeScoreServer({ kind: 'sglang', vocabSize: V });
  await gone.close();
  await expect(openServer('sglang', gone, { retries: 1 }).facts()).rejects.toMatchObject({
    code: 'server-unreachable',
    message: expect.stringMatching(/ECONNREFUSED.*\(2 attempts\); is it running/) as string,
  });
});
