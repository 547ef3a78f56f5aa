import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateObject, generateText, stepCountIs, streamText, tool } from 'ai';
import Ajv from 'ajv/dist/2020.js';
import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkoutRoot } from '../../../trainer/scripts/prepareCheckout.mjs';
import type { Executor } from '../../../trainer/src/engine/program.ts';
import type { RunningServer } from '../../../trainer/src/serving/server.ts';
import { openOnnx } from '../../support/executors.ts';
import { grammarWorker } from '../../support/grammarWorker.ts';
import { scriptedServed, startTestServer, tinyServed } from '../../support/servedModels.ts';
import { FAMILIES } from '../data/families/families.ts';
import { type Family } from '../data/families/family.ts';
import { QWEN25 } from '../data/families/qwen.ts';

const open: RunningServer[] = [];
afterAll(async () => {
  for (const server of open) await server.drain(1000);
});

let executor: Executor;
let worker: URL;
beforeAll(async () => {
  worker = await grammarWorker();
  executor = await openOnnx();
}, 120_000);

async function started(family: Family = QWEN25): Promise<string> {
  const served = await tinyServed(executor, { family, grammarWorker: worker, context: 4096 });
  const server = await startTestServer(served);
  open.push(server);
  return `${server.url}/v1`;
}

const clientOf = (baseURL: string): OpenAI =>
  new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0 });

const QUESTION: OpenAI.ChatCompletionMessageParam = { role: 'user', content: 'Weather in Bern?' };
const Weather = z.object({
  city: z.enum(['Bern', 'Basel']),
  degrees: z.int().min(-30).max(45),
  sky: z.array(z.enum(['sun', 'rain', 'snow'])).max(3),
  wind: z.object({ from: z.string().regex(/^[NESW]{1,2}$/), gusts: z.boolean() }).nullable(),
});
const atRandom = (seed: number) => ({
  ...{ model: 'tiny', messages: [QUESTION], temperature: 5, max_completion_tokens: 900, seed },
});

describe('a model without any sense', () => {
  let client: OpenAI;
  let baseURL: string;
  beforeAll(async () => {
    baseURL = await started();
    client = clientOf(baseURL);
  });

  test('answers by a schema, eight requests at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, seed) =>
        client.chat.completions.parse({
          ...atRandom(seed),
          response_format: zodResponseFormat(Weather, 'weather'),
        }),
      ),
    );
    for (const { choices } of answers) {
      expect(choices[0]!.finish_reason).toBe('stop');
      expect(Weather.safeParse(choices[0]!.message.parsed).success).toBe(true);
    }
    expect(new Set(answers.map(({ choices }) => choices[0]!.message.content)).size).toBe(8);
  });

  test('answers by a schema as it comes', async () => {
    const stream = client.chat.completions.stream({
      ...atRandom(1),
      response_format: zodResponseFormat(Weather, 'weather'),
    });
    let pieces = 0;
    for await (const { choices } of stream) if (choices[0]?.delta.content) pieces++;
    const { choices } = await stream.finalChatCompletion();
    expect(pieces).toBeGreaterThan(5);
    expect(Weather.safeParse(choices[0]!.message.parsed).success).toBe(true);
  });

  test('answers the request of the document', async () => {
    const file = path.join(checkoutRoot, 'docs/serving.md');
    const body = /```json\n([^]*?)```/.exec(readFileSync(file, 'utf8'))![1]!;
    const answer = await fetch(`${baseURL}/chat/completions`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body },
    });
    const { choices } = (await answer.json()) as OpenAI.ChatCompletion;
    expect(['clear', 'rain']).toContain(
      (JSON.parse(choices[0]!.message.content!) as { sky: string }).sky,
    );
  });

  test('answers with any object', async () => {
    const { choices } = await client.chat.completions.create({
      ...{ ...atRandom(3), temperature: 1, n: 4 },
      response_format: { type: 'json_object' },
    });
    const ended = choices.filter((choice) => choice.finish_reason === 'stop');
    expect(ended.length).toBeGreaterThan(0);
    for (const { message } of ended) expect(JSON.parse(message.content!)).toBeTypeOf('object');
  });

  test('is cut by max_tokens and by stop texts', async () => {
    const asked = { ...atRandom(1), response_format: zodResponseFormat(Weather, 'weather') };
    const cut = await client.chat.completions.create({ ...asked, max_completion_tokens: 5 });
    expect(cut.choices[0]!.finish_reason).toBe('length');
    expect(cut.usage!.completion_tokens).toBe(5);
    const stopped = await client.chat.completions.create({ ...asked, stop: 'degrees' });
    expect(stopped.choices[0]!.finish_reason).toBe('stop');
    expect(stopped.choices[0]!.message.content).toMatch(/^\s*\{\s*"city": ?"(Bern|Basel)",\s*"$/);
  });

  const LOOK = {
    type: 'function' as const,
    function: {
      name: 'look',
      parameters: {
        type: 'object',
        properties: {
          city: { type: 'string', maxLength: 9 },
          days: { type: 'integer', minimum: 1, maximum: 14 },
        },
        required: ['city', 'days'],
        additionalProperties: false,
      },
    },
  };
  const WAIT = { type: 'function' as const, function: { name: 'wait' } };

  test('calls the function that it has to call', async () => {
    const { choices } = await client.chat.completions.create({
      ...{ ...atRandom(1), n: 4, tools: [LOOK, WAIT] },
      tool_choice: { type: 'function', function: { name: 'look' } },
    });
    const satisfies = new Ajv().compile(LOOK.function.parameters);
    for (const { message, finish_reason: reason } of choices) {
      expect(reason).toBe('tool_calls');
      expect(message.tool_calls).toHaveLength(1);
      const [call] = message.tool_calls as OpenAI.ChatCompletionMessageFunctionToolCall[];
      expect(call!.function.name).toBe('look');
      expect(satisfies(JSON.parse(call!.function.arguments))).toBe(true);
    }
  });

  test('calls any function, more than one where that is let', async () => {
    const asked = {
      ...atRandom(2),
      n: 16,
      temperature: 1,
      tools: [LOOK, WAIT],
      tool_choice: 'required' as const,
    };
    const counts = async (more: object): Promise<number[]> => {
      const { choices } = await client.chat.completions.create({ ...asked, ...more });
      return choices.map(({ message }) => message.tool_calls?.length ?? 0);
    };
    const free = await counts({});
    expect(Math.min(...free)).toBeGreaterThan(0);
    expect(Math.max(...free)).toBeGreaterThan(1);
    expect(await counts({ parallel_tool_calls: false })).toEqual(Array(16).fill(1));
  });

  test('streams a call', async () => {
    const stream = client.chat.completions.stream({
      ...{ ...atRandom(4), tools: [LOOK] },
      tool_choice: 'required',
      parallel_tool_calls: false,
    });
    const { choices } = await stream.finalChatCompletion();
    expect(choices[0]!.message.tool_calls).toHaveLength(1);
    expect(choices[0]!.finish_reason).toBe('tool_calls');
  });

  test.each([
    [
      'a keyword that cannot be kept',
      {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'x', schema: { type: 'array', uniqueItems: true } },
        },
      },
      'uniqueItems',
    ],
    [
      'no schema',
      { response_format: { type: 'json_schema', json_schema: { name: 'x' } } },
      'missing',
    ],
    [
      'a tool that is not there',
      { tools: [LOOK], tool_choice: { type: 'function', function: { name: 'other' } } },
      'other',
    ],
    ['a choice without tools', { tool_choice: 'required' }, 'without tools'],
    [
      'a format beside tools',
      { tools: [LOOK], response_format: { type: 'json_object' } },
      'tool_choice',
    ],
    [
      'arguments that cannot be kept',
      {
        tools: [{ ...LOOK, function: { name: 'look', parameters: { not: {} } } }],
        tool_choice: 'required',
      },
      'not',
    ],
  ])('is refused %s, streamed or not', async (_, more, why) => {
    for (const stream of [false, true]) {
      const refused = client.chat.completions.create({
        ...atRandom(1),
        ...more,
        stream,
      } as OpenAI.ChatCompletionCreateParams);
      await expect(refused).rejects.toMatchObject({
        status: 400,
        message: expect.stringContaining(why) as string,
      });
    }
  });

  test('the AI SDK gets objects and calls', async () => {
    const model = createOpenAICompatible({
      name: 'student',
      baseURL,
      supportsStructuredOutputs: true,
    })('tiny');
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- agents that are there call it
    const { object } = await generateObject({
      ...{
        model,
        schema: Weather,
        prompt: 'Weather?',
        temperature: 2,
        maxOutputTokens: 900,
        maxRetries: 0,
        seed: 1,
      },
    });
    expect(Weather.safeParse(object).success).toBe(true);
    const asked: unknown[] = [];
    const look = tool({
      ...{ description: 'the weather', inputSchema: z.object({ days: z.int().min(1).max(14) }) },
      execute: (input) => (asked.push(input), Promise.resolve('sunny')),
    });
    const { steps } = await generateText({
      ...{
        model,
        tools: { look },
        toolChoice: 'required',
        prompt: 'Weather?',
        seed: 1,
        maxRetries: 0,
      },
      ...{ maxOutputTokens: 900, stopWhen: stepCountIs(2) },
    });
    expect(steps).toHaveLength(2);
    expect(asked.length).toBeGreaterThan(1);
  });
});

test('the AI SDK streams a text', async () => {
  const server = await startTestServer(await scriptedServed('It is sunny in Bern.'));
  open.push(server);
  const model = createOpenAICompatible({ name: 'student', baseURL: `${server.url}/v1` })(
    'scripted',
  );
  const { textStream } = streamText({ model, prompt: 'Weather?', maxRetries: 0 });
  const pieces: string[] = [];
  for await (const piece of textStream) pieces.push(piece);
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.join('')).toBe('It is sunny in Bern.');
});

describe('calls in the form of each family', () => {
  /** Two write arguments as XML; the last one's calls begin in the middle of a header. */
  const REFUSED = ['Qwen3-Coder', 'GLM-4.5', 'gpt-oss'];
  const tools = ['look', 'wait'].map((name) => ({
    type: 'function' as const,
    function: {
      name,
      parameters: {
        type: 'object',
        properties: { days: { type: 'integer', minimum: 1, maximum: 99 } },
        required: ['days'],
      },
    },
  }));

  test.each(FAMILIES.map((family) => [family.name, family] as const))(
    '%s',
    async (name, family) => {
      const client = clientOf(await started(family));
      const asked = {
        ...atRandom(1),
        tools,
        seed: 1,
        n: 2,
        tool_choice: 'required' as const,
        parallel_tool_calls: false,
      };
      if (REFUSED.includes(name)) {
        await expect(client.chat.completions.create(asked)).rejects.toThrow(
          'another form than JSON',
        );
        return;
      }
      const { choices } = await client.chat.completions.create(asked);
      for (const { message, finish_reason: reason } of choices) {
        // A prompt that opens a thought has it closed by chance only.
        if (reason === 'length') continue;
        const [call] = message.tool_calls as OpenAI.ChatCompletionMessageFunctionToolCall[];
        expect(['look', 'wait']).toContain(call!.function.name);
        const { days } = JSON.parse(call!.function.arguments) as { days: number };
        expect(days).toBeGreaterThan(0);
        expect(days).toBeLessThan(100);
      }
    },
  );
});
