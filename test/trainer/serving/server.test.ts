import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { request as httpRequest } from 'node:http';
import { parse } from '@deepcoder/trajectory';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRecorder } from '../../../trainer/src/serving/recorder.ts';
import type { RunningServer, ServerOptions } from '../../../trainer/src/serving/server.ts';
import type { ServedModel } from '../../../trainer/src/serving/servedModel.ts';
import { servingMetrics } from '../../../trainer/src/serving/servingMetrics.ts';
import { openOnnx } from '../../support/executors.ts';
import { scriptedServed, startTestServer, tinyServed } from '../../support/servedModels.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const open: RunningServer[] = [];
afterAll(async () => {
  for (const server of open) await server.drain(1000);
});

async function started(served: ServedModel, options: Partial<ServerOptions> = {}): Promise<string> {
  const server = await startTestServer(served, options);
  open.push(server);
  return server.url;
}

const clientOf = (url: string, apiKey = 'none'): OpenAI =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });

const WEATHER = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
};
const QUESTION: OpenAI.ChatCompletionMessageParam = { role: 'user', content: 'Weather in Bern?' };
const SAYS_CALL =
  'I will look.\n<tool_call>\n{"name": "get_weather", "arguments": {"city": "Bern"}}\n</tool_call>';

describe('the official client', () => {
  let says: OpenAI;
  let calls: OpenAI;
  let tiny: OpenAI;
  beforeAll(async () => {
    says = clientOf(await started(await scriptedServed('Grüezi 👋, it is sunny.')));
    calls = clientOf(await started(await scriptedServed(SAYS_CALL)));
    tiny = clientOf(await started(await tinyServed(await openOnnx())));
  });

  test('a chat', async () => {
    const answer = await says.chat.completions.create({ model: 'scripted', messages: [QUESTION] });
    expect(answer.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { role: 'assistant', content: 'Grüezi 👋, it is sunny.' },
    });
    expect(answer.usage!.total_tokens).toBe(
      answer.usage!.prompt_tokens + answer.usage!.completion_tokens,
    );
  });

  test('a chat as it comes, whose characters are never broken', async () => {
    const stream = await says.chat.completions.create({
      ...{ model: 'scripted', messages: [QUESTION], stream: true },
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    let usage = null;
    for await (const { choices, usage: own } of stream) {
      pieces.push(choices[0]?.delta.content ?? '');
      usage = own ?? usage;
    }
    expect(pieces.join('')).toBe('Grüezi 👋, it is sunny.');
    expect(pieces.filter((piece) => piece !== '').length).toBeGreaterThan(10);
    expect(pieces.join('|')).not.toContain('\ufffd');
    expect(usage).toMatchObject({ completion_tokens: expect.any(Number) as number });
  });

  test.each([false, true])('tools are called (streamed: %s)', async (isStreamed) => {
    const body = { model: 'scripted', messages: [QUESTION], tools: [WEATHER] };
    const message = isStreamed
      ? await calls.chat.completions.stream(body).finalMessage()
      : (await calls.chat.completions.create(body)).choices[0]!.message;
    expect(message.content?.trim()).toBe('I will look.');
    const [call] = message.tool_calls!;
    expect(call).toMatchObject({
      type: 'function',
      function: { name: 'get_weather', arguments: '{"city": "Bern"}' },
    });
    expect(call!.id).toMatch(/^call_\w{24}$/);
    // What it said can be sent back with the result.
    const next = await calls.chat.completions.create({
      ...{ model: 'scripted', tools: [WEATHER] },
      messages: [QUESTION, message, { role: 'tool', tool_call_id: call!.id, content: 'sunny' }],
    });
    expect(next.choices[0]!.finish_reason).toBe('tool_calls');
  });

  test('without tools, or with tool_choice none, a call is text', async () => {
    for (const more of [{}, { tools: [WEATHER], tool_choice: 'none' as const }]) {
      const answer = await calls.chat.completions.create({
        ...{ model: 'scripted', messages: [QUESTION], ...more },
      });
      expect(answer.choices[0]!.message.content).toBe(SAYS_CALL);
      expect(answer.choices[0]!.finish_reason).toBe('stop');
    }
  });

  test('the SDK’s own loop over tools ends', async () => {
    const runner = calls.chat.completions.runTools(
      {
        ...{ model: 'scripted', messages: [QUESTION] },
        tools: [
          {
            type: 'function',
            function: {
              ...{
                name: 'get_weather',
                parameters: WEATHER.function.parameters,
              },
              parse: JSON.parse as (text: string) => object,
              function: () => 'sunny',
              description: 'the weather',
            },
          },
        ],
      },
      { maxChatCompletions: 2 },
    );
    await runner.done();
    expect(runner.messages.filter(({ role }) => role === 'tool')).toHaveLength(2);
  });

  test('stops, several answers, seeds, and what the tokens score', async () => {
    const stopped = await says.chat.completions.create({
      ...{ model: 'scripted', messages: [QUESTION], stop: [', it', 'sunny'], n: 2 },
    });
    expect(stopped.choices.map(({ message }) => message.content)).toEqual([
      'Grüezi 👋',
      'Grüezi 👋',
    ]);
    const sample = (seed: number) =>
      tiny.completions.create({
        model: 'tiny',
        prompt: 'abc',
        max_tokens: 8,
        seed,
        n: 3,
        logprobs: 2,
      });
    const [first, again, other] = [await sample(1), await sample(1), await sample(2)];
    const textsOf = ({ choices }: OpenAI.Completion): string[] => choices.map(({ text }) => text);
    expect(textsOf(first)).toEqual(textsOf(again));
    expect(textsOf(first)).not.toEqual(textsOf(other));
    expect(new Set(textsOf(first)).size).toBeGreaterThan(1);
    expect(first.choices[0]!.logprobs!.token_logprobs).toHaveLength(8);
    const scored = await tiny.chat.completions.create({
      ...{ model: 'tiny', messages: [QUESTION], max_completion_tokens: 3 },
      ...{ logprobs: true, top_logprobs: 2, temperature: 0 },
    });
    const [entry] = scored.choices[0]!.logprobs!.content!;
    expect(entry!.top_logprobs).toHaveLength(2);
    expect(entry!.top_logprobs[0]!.logprob).toBe(entry!.logprob);
    expect(scored.choices[0]!.finish_reason).toBe('length');
  });

  test('completions take ids, echo the prompt and score it', async () => {
    const ids = [72, 101, 108, 108, 111];
    const echoed = await tiny.completions.create({
      ...{ model: 'tiny', prompt: ids, echo: true, logprobs: 1, max_tokens: 2, temperature: 0 },
    });
    const { tokens, token_logprobs: scores } = echoed.choices[0]!.logprobs!;
    expect(echoed.choices[0]!.text.length).toBeGreaterThan(0);
    expect(tokens).toHaveLength(7);
    expect(scores![0]).toBeNull();
    expect(scores!.slice(1).every((one) => one < 0)).toBe(true);
    const only = await tiny.completions.create({
      ...{ model: 'tiny', prompt: [ids, ids], echo: true, logprobs: 1, max_tokens: 0 },
    });
    expect(only.choices.map(({ logprobs }) => logprobs!.token_logprobs!.length)).toEqual([5, 5]);
  });

  test('completions tell scores as they come, and their places in the text', async () => {
    const asked = { model: 'tiny', prompt: [72, 101, 108], logprobs: 1, max_tokens: 6, seed: 1 };
    const whole = (await tiny.completions.create(asked)).choices[0]!;
    const tokens: string[] = [];
    const scores: number[] = [];
    const offsets: number[] = [];
    for await (const { choices } of await tiny.completions.create({ ...asked, stream: true })) {
      const told = choices[0]!.logprobs;
      tokens.push(...(told?.tokens ?? []));
      scores.push(...(told?.token_logprobs ?? []));
      offsets.push(...(told?.text_offset ?? []));
    }
    expect(tokens).toEqual(whole.logprobs!.tokens);
    expect(scores).toEqual(whole.logprobs!.token_logprobs);
    expect(offsets).toEqual(whole.logprobs!.text_offset);
  });

  test('models are listed', async () => {
    const { data } = await tiny.models.list();
    expect(data).toMatchObject([{ id: 'tiny', max_model_len: 512 }]);
    await expect(tiny.completions.create({ model: 'other', prompt: 'a' })).rejects.toMatchObject({
      status: 404,
    });
  });
});

describe('thoughts', () => {
  test('come apart from the answer', async () => {
    const served = await scriptedServed('<think>\nI know it.\n</think>\n\nSunny.');
    const client = clientOf(await started(served));
    const { choices } = await client.chat.completions.create({
      model: 'scripted',
      messages: [QUESTION],
    });
    expect(choices[0]!.message).toMatchObject({
      content: 'Sunny.',
      reasoning_content: 'I know it.',
    });
  });
});

async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, json: JSON.parse(text) as never };
}

describe('what is refused, and how', () => {
  let url: string;
  beforeAll(async () => {
    url = await started(await tinyServed(await openOnnx()), { maxBody: 4096 });
  });
  const chat = { messages: [QUESTION] };

  test.each([
    ['no JSON', '/v1/completions', '{', 400, 'JSON'],
    ['no prompt', '/v1/completions', {}, 400, 'prompt'],
    [
      'a number that is out of bounds',
      '/v1/completions',
      { prompt: 'a', temperature: -1 },
      400,
      'temperature',
    ],
    ['a token that is none', '/v1/completions', { prompt: [9999] }, 400, '9999'],
    ['too many tokens', '/v1/completions', { prompt: 'a', max_tokens: 600 }, 400, '512'],
    ['a body that is too large', '/v1/completions', { prompt: 'a'.repeat(5000) }, 413, 'large'],
    [
      'pictures',
      '/v1/chat/completions',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
      400,
      'messages',
    ],
    [
      'arguments that are no JSON',
      '/v1/chat/completions',
      {
        messages: [
          QUESTION,
          { role: 'assistant', tool_calls: [{ function: { name: 'f', arguments: '{' } }] },
        ],
      },
      400,
      'JSON',
    ],
    ['an unknown path', '/v1/other', {}, 404, '/v1/other'],
  ] as const)('%s', async (...row) => {
    const [, route, body, status, says] = row;
    const answer = await post(`${url}${route}`, body);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({
      error: { message: expect.stringContaining(says) as string, type: 'invalid_request_error' },
    });
  });

  test('a template that never ends', async () => {
    const served = await scriptedServed('x');
    const render = () => {
      for (;;);
    };
    const hostile = await started({ ...served, template: { ...served.template!, render } });
    const answer = await post(`${hostile}/v1/chat/completions`, chat);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({
      error: { message: expect.stringContaining('did not end') as string },
    });
  });

  test('a request without the key, and one with another', async () => {
    const own = await started(await scriptedServed('x'), { apiKey: 'right' });
    expect((await post(`${own}/v1/chat/completions`, chat)).status).toBe(401);
    expect(
      (await post(`${own}/v1/chat/completions`, chat, { authorization: 'Bearer wrong' })).status,
    ).toBe(401);
    expect((await fetch(`${own}/metrics`)).status).toBe(401);
    expect((await fetch(`${own}/health`)).status).toBe(200);
    const client = clientOf(own, 'right');
    await client.chat.completions.create({ model: 'scripted', messages: [QUESTION] });
  });

  test('a page of the web that points its own name here', async () => {
    const { port } = new URL(url);
    const status = await new Promise((resolve) => {
      httpRequest(
        { port, host: '127.0.0.1', path: '/v1/models', headers: { host: 'evil.test' } },
        (answer) => {
          resolve(answer.statusCode);
          answer.resume();
        },
      ).end();
    });
    expect(status).toBe(403);
  });

  test('more than may wait: 429 with when to come back', async () => {
    const full = { waiting: 3, running: 1, cachedTokens: 0, sequences: 0 };
    const served = await scriptedServed('x');
    const busy = { ...served, scheduler: { ...served.scheduler, state: () => full } };
    const answer = await post(`${await started(busy, { maxQueue: 3 })}/v1/chat/completions`, chat);
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  test('a request that takes too long', async () => {
    const slow = await tinyServed(await openOnnx());
    const answer = await post(`${await started(slow, { timeoutS: 0.05 })}/v1/completions`, {
      ...{ prompt: 'a', max_tokens: 500, ignore_eos: true },
    });
    expect(answer.status).toBe(504);
    expect(slow.scheduler.state().running).toBe(0);
  });
});

test('when a client leaves, its request ends', async () => {
  const served = await tinyServed(await openOnnx());
  const client = clientOf(await started(served));
  const stream = await client.completions.create({
    ...{ model: 'tiny', prompt: 'a', max_tokens: 500, stream: true, ignore_eos: true },
  });
  for await (const chunk of stream) {
    expect(chunk.object).toBe('text_completion');
    break;
  }
  await expect.poll(() => served.scheduler.state().running).toBe(0);
});

test('draining lets what is under way end, and takes nothing more', async () => {
  const served = await tinyServed(await openOnnx());
  const server = await startTestServer(served);
  const client = clientOf(server.url);
  const stream = await client.completions.create({
    ...{ model: 'tiny', prompt: 'a', max_tokens: 60, stream: true, ignore_eos: true },
  });
  const chunks: string[] = [];
  const reading = (async () => {
    for await (const { choices } of stream) chunks.push(choices[0]?.finish_reason ?? '');
  })();
  await expect.poll(() => served.scheduler.state().running).toBe(1);
  const drained = server.drain(20_000);
  await expect(client.completions.create({ model: 'tiny', prompt: 'a' })).rejects.toThrow();
  await drained;
  await reading;
  expect(chunks).toContain('length');
  await expect(fetch(`${server.url}/health`)).rejects.toThrow();
});

test('tokens and back, as the other routes have them', async () => {
  const url = await started(await scriptedServed('x'));
  const said = await post(`${url}/tokenize`, { messages: [QUESTION] });
  const { tokens, count } = said.json as { tokens: number[]; count: number };
  expect(tokens).toHaveLength(count);
  const back = await post(`${url}/detokenize`, { tokens });
  const { prompt } = back.json as { prompt: string };
  expect(prompt).toContain('<|im_start|>user\nWeather in Bern?<|im_end|>');
  expect(prompt.endsWith('<|im_start|>assistant\n')).toBe(true);
});

test('metrics have vLLM’s names', async () => {
  const metrics = servingMetrics('tiny');
  const served = await tinyServed(await openOnnx(), { events: metrics.events });
  const url = await started(served, { metrics });
  await post(`${url}/v1/completions`, { prompt: 'abc', max_tokens: 4 });
  const text = await (await fetch(`${url}/metrics`)).text();
  expect(text).toMatch(/vllm:generation_tokens_total\{model_name="tiny"\} 4/);
  expect(text).toMatch(/vllm:prompt_tokens_total\{model_name="tiny"\} 3/);
  expect(text).toContain('vllm:time_to_first_token_seconds_bucket');
});

test.each([false, true])(
  'chats are recorded as trajectories without secrets (streamed: %s)',
  async (stream) => {
    const folder = temporaryFolder();
    const recorder = await openRecorder(folder, Date.now);
    const url = await started(await scriptedServed(SAYS_CALL), { recorder });
    const secret = `sk-ant-${'a1'.repeat(20)}`;
    const content = `My key is ${secret}. Weather in Bern?`;
    const body = { messages: [{ role: 'user', content }], tools: [WEATHER], stream };
    const answer = await fetch(`${url}/v1/chat/completions`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify(body),
    });
    await answer.text();
    await expect.poll(() => readdirSync(folder).length).toBe(1);
    const [file] = readdirSync(folder);
    await expect.poll(() => readFileSync(path.join(folder, file!), 'utf8')).toContain('\n');
    const text = readFileSync(path.join(folder, file!), 'utf8');
    expect(text).not.toContain(secret);
    const { trajectories, problems } = parse(text, { fileName: file! });
    expect(problems).toEqual([]);
    const turn = trajectories[0]!.messages.at(-1)!;
    expect(turn.role === 'assistant' && turn.calls.map(({ name }) => name!.text)).toEqual([
      'get_weather',
    ]);
  },
);
