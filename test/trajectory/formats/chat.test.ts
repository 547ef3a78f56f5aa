import { parse } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import { spanLines } from '../spanLines.ts';

const user = (content: unknown): object => ({ role: 'user', content });
const agent = (content: unknown, more: object = {}): object => ({
  role: 'assistant',
  content,
  ...more,
});
const call = (name: string, args: unknown, id = name): object => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});
const chat = (...messages: object[]): string => JSON.stringify({ messages });

interface Case {
  name: string;
  text: string;
  spans: string[];
}

const RESULTS_BY_USER: Case[] = [
  {
    name: 'in tags, two at once',
    text: chat(
      user('How warm is it?'),
      agent('<tool_call>{"name": "a", "arguments": {}}</tool_call>'),
      user('<tool_response>\n20\n</tool_response>\n<tool_response>21</tool_response>'),
      agent('Twenty.'),
    ),
    spans: [
      '0.0 task How warm is it?',
      '0.1 action a',
      '0.1 action {}',
      '0.1 observation 20',
      '0.1 observation 21',
      '0.2 answer Twenty.',
    ],
  },
  {
    name: 'after a label',
    text: chat(
      user('Count.'),
      agent('I count.\n<function=count></function>'),
      user('OBSERVATION:\n3'),
      agent('Three.'),
      user('Thanks.'),
      agent('Welcome.'),
    ),
    spans: [
      '0.0 task Count.',
      '0.1 reasoning I count.',
      '0.1 action count',
      '0.1 observation 3',
      '0.2 answer Three.',
      '0.2 task Thanks.',
      '0.3 answer Welcome.',
    ],
  },
  {
    name: 'without any mark, where every call is followed by the user',
    text: chat(
      user('List.'),
      agent('<tool_call>{"name": "ls", "arguments": {}}</tool_call>'),
      user('a.py b.py'),
      agent('Two files.'),
      user('Which?'),
      agent('a and b.'),
    ),
    spans: [
      '0.0 task List.',
      '0.1 action ls',
      '0.1 action {}',
      '0.1 observation a.py b.py',
      '0.2 answer Two files.',
      '0.2 task Which?',
      '0.3 answer a and b.',
    ],
  },
  {
    name: 'but not where a tool role gives them',
    text: chat(
      user('List.'),
      agent(null, { tool_calls: [call('ls', '{}')] }),
      { role: 'tool', tool_call_id: 'ls', content: 'a.py' },
      agent(null, { tool_calls: [call('cat', '{}')] }),
      user('Stop, please.'),
      agent('Stopped.'),
    ),
    spans: [
      '0.0 task List.',
      '0.1 action ls',
      '0.1 action {}',
      '0.1 observation a.py',
      '0.2 action cat',
      '0.2 action {}',
      '0.2 task Stop, please.',
      '0.3 answer Stopped.',
    ],
  },
  {
    name: 'in ShareGPT',
    text: JSON.stringify({
      conversations: [
        { from: 'human', value: 'Add 2 and 3.' },
        { from: 'gpt', value: '<tool_call>{"name": "add", "arguments": {"x": 2}}</tool_call>' },
        { from: 'human', value: '<tool_response>5</tool_response>' },
        { from: 'gpt', value: 'Five.' },
      ],
    }),
    spans: [
      '0.0 task Add 2 and 3.',
      '0.1 action add',
      '0.1 action {"x": 2}',
      '0.1 observation 5',
      '0.2 answer Five.',
    ],
  },
];

const TURNS: Case[] = [
  {
    name: 'a thought and a call in messages of their own are one turn',
    text: chat(user('Go.'), agent('I go.'), agent('', { tool_calls: [call('go', '{}')] })),
    spans: ['0.0 task Go.', '0.1 reasoning I go.', '0.1 action go', '0.1 action {}'],
  },
  {
    name: 'a picture of the user parts two turns',
    text: chat(
      user('Look.'),
      agent('Show me.'),
      user([{ type: 'image_url', image_url: { url: 'data:image/png;base64,' } }]),
      agent('A cat.'),
    ),
    spans: ['0.0 task Look.', '0.1 answer Show me.', '0.2 answer A cat.'],
  },
  {
    name: 'calls and messages as JSON in strings',
    text: JSON.stringify({
      messages: JSON.stringify([
        user('Go.'),
        agent(null, { tool_calls: JSON.stringify([call('go', '{"to": 1}')]) }),
      ]),
    }),
    spans: ['0.0 task Go.', '0.1 action go', '0.1 action {"to": 1}'],
  },
  {
    name: 'a role that names the open call is its result',
    text: chat(user('Weather?'), agent(null, { tool_calls: [call('get_weather', '{}')] }), {
      role: 'get_weather',
      content: 'Sunny',
    }),
    spans: [
      '0.0 task Weather?',
      '0.1 action get_weather',
      '0.1 action {}',
      '0.1 observation Sunny',
    ],
  },
];

const THOUGHTS: Case[] = [
  {
    name: 'in a field and in a tag: once',
    text: chat(user('Q'), agent('<think>\nHm.\n</think>\nA', { reasoning_content: 'Hm.' })),
    spans: ['0.0 task Q', '0.1 reasoning Hm.', '0.1 answer A'],
  },
  {
    name: 'in two fields: once',
    text: chat(
      user('Q'),
      agent('A', {
        reasoning: 'Hm.',
        reasoning_details: [{ type: 'reasoning.text', text: 'Hm.' }],
      }),
    ),
    spans: ['0.0 task Q', '0.1 reasoning Hm.', '0.1 answer A'],
  },
  {
    name: 'in nested lists',
    text: chat(
      user('Q'),
      agent([
        { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
        { type: 'text', text: 'A' },
      ]),
    ),
    spans: ['0.0 task Q', '0.1 reasoning Hm.', '0.1 answer A'],
  },
];

describe.each([
  ['results in the user\u2019s name', RESULTS_BY_USER],
  ['turns', TURNS],
  ['thoughts', THOUGHTS],
])('%s', (_, cases) => {
  test.each(cases)('$name', ({ text, spans }) => {
    expect(spanLines(text).sort()).toEqual([...spans].sort());
  });
});

test.each([{ weight: 0 }, { loss: false }, { train: false }])('%o masks a message', (mark) => {
  const { spans, masked } = parse(chat(user('Q'), agent('Bad.', mark), user('Again.'), agent('A')));
  const kinds = spans.map(({ kind }, i) => (masked.has(i) ? `(${kind})` : kind));
  expect(kinds).toEqual(['task', '(answer)', 'task', 'answer']);
});

test.each([
  ['messages', [user('Q')], [agent('Bad.')]],
  ['texts', '<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\n', 'Bad.<|im_end|>'],
])('an unwanted completion is masked, as %s', (_, prompt, completion) => {
  const rows = [false, true].map((label) => JSON.stringify({ prompt, completion, label }));
  const { spans, masked } = parse(rows.join('\n'));
  const kinds = spans.map(({ kind }, i) => (masked.has(i) ? `(${kind})` : kind));
  expect(kinds.filter((kind) => /answer/.test(kind))).toEqual(['(answer)', 'answer']);
});

test('tool definitions are kept, as a list and as a string', () => {
  const tools = [{ type: 'function', function: { name: 'f', parameters: {} } }];
  for (const given of [tools, JSON.stringify(tools)]) {
    const text = JSON.stringify({ tools: given, messages: [user('Q'), agent('A')] });
    expect(JSON.parse(parse(text).trajectories[0]!.tools!)).toEqual(tools);
  }
});

test('a user without words stays a message', () => {
  const roles = (text: string): string[] =>
    parse(text).trajectories[0]!.messages.map(({ role }) => role);
  expect(roles(chat(user(''), agent('Yes.')))).toEqual(['user', 'assistant']);
});

test('marks are known where JSON escapes their first character', () => {
  const text = chat(
    user('<environment_context>here</environment_context>'),
    user('Go.'),
    agent('<tool_call>{"name": "go", "arguments": {}}</tool_call>'),
    user('<tool_response>Gone.</tool_response>'),
  ).replaceAll('<', '\\u003c');
  expect(spanLines(text)).toEqual([
    '0.0 other <environment_context>here</environment_context>',
    '0.0 task Go.',
    '0.1 action go',
    '0.1 action {}',
    '0.1 observation Gone.',
  ]);
});

test('the tags of several results in one message of the tool are apart', () => {
  const value = '<tool_response>1</tool_response>\n<tool_response>2</tool_response>';
  const conversations = [
    { from: 'human', value: 'Q' },
    { from: 'gpt', value: '<tool_call>{"name": "f", "arguments": {}}</tool_call>' },
    { from: 'tool', value },
  ];
  const { messages } = parse(JSON.stringify({ conversations })).trajectories[0]!;
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'tool']);
});

test('of a completion only its first message can repeat the prompt', () => {
  const prompt = [user('Again')];
  const completion = [agent('A'), user('Again'), agent('B')];
  expect(spanLines(JSON.stringify({ prompt, completion }))).toEqual([
    '0.0 task Again',
    '0.1 answer A',
    '0.1 task Again',
    '0.2 answer B',
  ]);
});
