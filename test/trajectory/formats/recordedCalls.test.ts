import { diagnose, parse } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import { jsonLines, spanLines } from '../spanLines.ts';
import { expectSpans, type Records } from './expectSpans.ts';

const USER = { role: 'user', content: 'How deep is it?' };
const OPENAI = { model: 'm', messages: [{ role: 'system', content: 'Be brief.' }, USER] };
const CALL = { id: 'c1', type: 'function', function: { name: 'measure', arguments: '{}' } };
const CALLING = { role: 'assistant', content: null, tool_calls: [CALL] };
const ANSWER = { role: 'assistant', content: '25 m.' };
const choice = (message: object): object => ({ choices: [{ index: 0, message }] });

const ASKED = ['0.0 system Be brief.', '0.0 task How deep is it?'];
const CALLED = [...ASKED, '0.1 action measure', '0.1 action {}'];
const json = JSON.stringify;

const ANTHROPIC = { model: 'm', system: 'Be brief.', messages: [USER] };
const BLOCKS = {
  ...{ type: 'message', role: 'assistant' },
  content: [
    { type: 'thinking', thinking: 'I measure.' },
    { type: 'tool_use', id: 't1', name: 'measure', input: {} },
  ],
};

const CASES: [name: string, records: Records, spans: string[]][] = [
  ['a pair as JSON in strings', { request: json(OPENAI), response: json(choice(CALLING)) }, CALLED],
  [
    'a log of pairs, of which each repeats what came before',
    {
      lines: [
        { request: OPENAI, response: choice(CALLING) },
        {
          request: {
            messages: [
              ...OPENAI.messages,
              CALLING,
              { role: 'tool', tool_call_id: 'c1', content: '25' },
            ],
          },
          response: choice(ANSWER),
        },
      ],
    },
    [...CALLED, '0.1 observation 25', '0.2 answer 25 m.'],
  ],
  [
    "Anthropic's, in bodies",
    {
      request: { url: 'https://x/v1/messages', body: ANTHROPIC },
      response: { status: 200, body: BLOCKS },
    },
    [...CALLED, '0.1 reasoning I measure.'],
  ],
  [
    'the Responses API',
    {
      request: { model: 'm', instructions: 'Be brief.', input: 'How deep is it?' },
      response: {
        object: 'response',
        output: [{ type: 'function_call', call_id: 'c1', name: 'measure', arguments: '{}' }],
      },
    },
    CALLED,
  ],
  [
    "Gemini's",
    {
      request: {
        systemInstruction: { parts: [{ text: 'Be brief.' }] },
        contents: [{ role: 'user', parts: [{ text: 'How deep is it?' }] }],
      },
      response: {
        candidates: [
          { content: { role: 'model', parts: [{ functionCall: { name: 'measure', args: {} } }] } },
        ],
      },
    },
    CALLED,
  ],
  [
    "a batch's output",
    {
      lines: [
        { custom_id: 'a', response: { status_code: 200, body: choice(ANSWER) }, error: null },
        { custom_id: 'b', response: { status_code: 200, body: choice(ANSWER) }, error: null },
      ],
    },
    ['0.1 answer 25 m.', '1.1 answer 25 m.'],
  ],
  [
    'what is no call of a model stands between',
    {
      log: {
        entries: [
          { request: { method: 'GET', url: 'https://x' }, response: { status: 200, content: {} } },
          {
            request: { url: 'https://x', postData: { text: json(OPENAI) } },
            response: { content: { text: json(choice(CALLING)) } },
          },
        ],
      },
    },
    CALLED,
  ],
];

const delta = (value: object): object => ({
  object: 'chat.completion.chunk',
  choices: [{ delta: value }],
});
const EVENTS = `data: ${json(delta({ content: '25' }))}\n\ndata: [DONE]\n\n`;

const STREAMED: [name: string, text: string][] = [
  ['events', EVENTS],
  ['events with names', `event: message_start\ndata: ${json({ type: 'message_start' })}\n\n`],
  ['chunks', jsonLines([delta({ role: 'assistant' }), delta({ content: '25' })])],
  ["Anthropic's chunks", jsonLines([{ type: 'message_start' }, { type: 'content_block_delta' }])],
  ['a pair', json({ request: { url: 'x', body: OPENAI }, response: { body_raw: EVENTS } })],
];

describe('recorded calls', () => {
  test.each(CASES)('%s', (_, records, spans) => {
    expectSpans(records, 'recorded_calls', spans);
  });

  test.each(STREAMED)('streamed answers are reported: %s', (_, text) => {
    const parsed = parse(text);
    expect(parsed.format).toBe('recorded_calls');
    expect(parsed.problems.map(({ code }) => code)).toEqual(['streamed-response']);
    expect(diagnose(text, parsed).map(({ code }) => code)).toContain('no-supervised-text');
  });

  test('a later request has what was streamed', () => {
    const later = { messages: [...OPENAI.messages, ANSWER, { role: 'user', content: 'Sure?' }] };
    const text = jsonLines([
      { request: { url: 'x', body: OPENAI }, response: { body: EVENTS } },
      {
        request: { url: 'x', body: later },
        response: { body: choice({ ...ANSWER, content: 'Yes.' }) },
      },
    ]);
    expect(spanLines(text)).toEqual([
      ...ASKED,
      '0.1 answer 25 m.',
      '0.1 task Sure?',
      '0.2 answer Yes.',
    ]);
  });

  test('a cassette in YAML is told what to do', () => {
    const { problems } = parse("interactions:\n- request:\n    body: '{}'\n");
    expect(problems.map(({ code }) => code)).toEqual(['unread-cassette']);
  });
});
