import { parse } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import { expectSpans, type Records } from './expectSpans.ts';

interface Case {
  name: string;
  format: string;
  records: Records;
  spans: string[];
}

const TOOL = { name: 'measure', description: 'Measures.', parameters: { type: 'object' } };
const CALL = { name: 'measure', arguments: { lake: 'Enol' } };
const json = JSON.stringify;
const from = (who: string, value: string): object => ({ from: who, value });
const user = (content: string): object => ({ role: 'user', content });
const agent = (content: string): object => ({ role: 'assistant', content });

const CALLED = ['0.1 action measure', '0.1 action {"lake":"Enol"}'];
const ASKED = ['0.0 task How deep is it?', ...CALLED];

const ROWS: Case[] = [
  {
    name: 'xLAM: calls as JSON in a string',
    format: 'call_rows',
    records: [
      { id: 0, query: 'How deep is it?', answers: json([CALL]), tools: json([TOOL]) },
      { id: 1, query: 'And now?', answers: json([CALL, CALL]), tools: json([TOOL]) },
    ],
    spans: [
      ...ASKED,
      '1.0 task And now?',
      ...[...CALLED, ...CALLED].map((line) => line.replace('0.1', '1.1')),
    ],
  },
  {
    name: 'xLAM: calls as a list',
    format: 'call_rows',
    records: { lines: [{ query: 'How deep is it?', answers: [CALL], tools: [TOOL] }] },
    spans: ASKED,
  },
  {
    name: 'BFCL: calls by name, as text, and of several turns',
    format: 'call_rows',
    records: {
      lines: [
        { id: 'simple_0', result: [{ measure: '{"lake":"Enol"}' }], latency: 1 },
        { id: 'simple_1', result: '[measure(lake="Enol")]', latency: 1 },
        { id: 'multi_0', result: [[[{ ls: '{}' }], 'Done.']], latency: 1 },
      ],
    },
    spans: [
      '0.1 action measure',
      '0.1 action {"lake":"Enol"}',
      '1.1 action measure',
      '1.1 action lake="Enol"',
      '2.1 action ls',
      '2.1 action {}',
      '2.2 answer Done.',
    ],
  },
  {
    name: 'APIGen-MT',
    format: 'sharegpt',
    records: [
      {
        conversations: [
          from('human', 'How deep is it?'),
          from('function_call', json(CALL)),
          from('observation', '{"m": 25}'),
          from('gpt', 'It is 25 m.'),
        ],
        tools: json([TOOL]),
        system: 'Be brief.',
      },
    ],
    spans: [
      '0.0 system Be brief.',
      ...ASKED,
      '0.1 observation {"m": 25}',
      '0.2 answer It is 25 m.',
    ],
  },
  {
    name: 'Glaive: two columns, calls and results by label',
    format: 'template_tags',
    records: [
      {
        system: 'SYSTEM: You can measure.',
        chat: [
          'USER: How deep is it?\n\n\n',
          `ASSISTANT: <functioncall> {"name": "measure", "arguments": '{"lake":"Enol"}'} <|endoftext|>\n\n\n`,
          'FUNCTION RESPONSE: {"m": 25}\n\n\n',
          'ASSISTANT: It is 25 m. <|endoftext|>\n\n\n',
          'USER: Thanks\n\n\nASSISTANT: Gladly. <|endoftext|>',
        ].join(''),
      },
    ],
    spans: [
      '0.0 system You can measure.',
      ...ASKED,
      '0.1 observation {"m": 25}',
      '0.2 answer It is 25 m.',
      '0.2 task Thanks',
      '0.3 answer Gladly.',
    ],
  },
  {
    name: 'ToolACE: names of several words',
    format: 'sharegpt',
    records: [
      {
        system: 'Compose calls.',
        conversations: [
          from('user', 'How deep is it?'),
          from('assistant', '[Lake Depth API(lake="Enol"), Get User\'s Boat V2 (id=3, full=true)]'),
          from('tool', '[{"m": 25}]'),
          from('assistant', '[I cannot (yet) row]'),
        ],
      },
    ],
    spans: [
      '0.0 system Compose calls.',
      '0.0 task How deep is it?',
      '0.1 action Lake Depth API',
      '0.1 action lake="Enol"',
      "0.1 action Get User's Boat V2",
      '0.1 action id=3, full=true',
      '0.1 observation [{"m": 25}]',
      '0.2 answer [I cannot (yet) row]',
    ],
  },
  {
    name: 'Hermes: Python in the tags',
    format: 'sharegpt',
    records: [
      {
        conversations: [
          from('human', 'How deep is it?'),
          from(
            'gpt',
            "<tool_call>\n{'arguments': {'lake': 'Enol'}, 'name': 'measure'}\n</tool_call>",
          ),
          from('tool', '<tool_response>\n{"m": 25}\n</tool_response>'),
          from('gpt', 'It is 25 m.'),
        ],
      },
    ],
    spans: [
      '0.0 task How deep is it?',
      "0.1 action {'lake': 'Enol'}",
      '0.1 action measure',
      '0.1 observation {"m": 25}',
      '0.2 answer It is 25 m.',
    ],
  },
];

const COMMAND = { keystrokes: 'ls\n', duration: 0.1 };
const reply = (more: object): object => ({ analysis: 'Empty.', plan: 'List it.', ...more });

const REPLIES: Case[] = [
  {
    name: 'Terminus: commands; a fence; words before; thinking in tags',
    format: 'openai_chat',
    records: {
      messages: [
        user('List it.'),
        agent(json(reply({ commands: [COMMAND, COMMAND], task_complete: false }))),
        user('New Terminal Output:\n$ ls'),
        agent(`I look.\n\`\`\`json\n${json(reply({ commands: [COMMAND] }))}\n\`\`\``),
        user('New Terminal Output:\n$'),
        agent(`<think>Done?</think>\n${json(reply({ commands: [], task_complete: true }))}`),
      ],
    },
    spans: [
      '0.0 task List it.',
      '0.1 reasoning Empty.',
      '0.1 reasoning List it.',
      `0.1 action ${json(COMMAND)}`,
      `0.1 action ${json(COMMAND)}`,
      '0.1 observation New Terminal Output:\n$ ls',
      '0.2 reasoning I look.',
      '0.2 reasoning Empty.',
      '0.2 reasoning List it.',
      `0.2 action ${json(COMMAND)}`,
      '0.2 observation New Terminal Output:\n$',
      '0.3 reasoning Done?',
      '0.3 reasoning Empty.',
      '0.3 reasoning List it.',
      '0.3 action true',
    ],
  },
  {
    name: 'browser-use and AutoGPT: a state of texts, actions as objects',
    format: 'openai_chat',
    records: {
      messages: [
        user('Row.'),
        agent(
          json({ current_state: { next_goal: 'Find it.' }, action: [{ click: { index: 1 } }] }),
        ),
        user('A boat.'),
        agent(
          json({ thoughts: { text: 'Row now.' }, command: { name: 'row', args: { to: 'B' } } }),
        ),
      ],
    },
    spans: [
      '0.0 task Row.',
      '0.1 reasoning Find it.',
      '0.1 action {"click":{"index":1}}',
      '0.1 observation A boat.',
      '0.2 reasoning Row now.',
      '0.2 action row',
      '0.2 action {"to":"B"}',
    ],
  },
  {
    name: 'JSON that was asked for is an answer',
    format: 'openai_chat',
    records: { messages: [user('As JSON.'), agent('{"analysis": "Deep.", "depth": 25}')] },
    spans: ['0.0 task As JSON.', '0.1 answer {"analysis": "Deep.", "depth": 25}'],
  },
  {
    name: 'Granite: thinking told in words',
    format: 'openai_chat',
    records: {
      messages: [
        user('How deep?'),
        agent('Here is my thought process: I think.\n\nHere is my response: It is 25 m.'),
      ],
    },
    spans: ['0.0 task How deep?', '0.1 reasoning I think.', '0.1 answer It is 25 m.'],
  },
];

describe('data sets of calls', () => {
  test.each(ROWS)('$name', ({ records, format, spans }) => {
    expectSpans(records, format, spans);
  });

  test('keep their tools', () => {
    const row = { query: 'How deep?', answers: json([CALL]), tools: json([TOOL]) };
    expect(parse(json(row)).trajectories[0]!.tools).toBe(row.tools);
  });
});

describe('replies of one JSON object', () => {
  test.each(REPLIES)('$name', ({ records, format, spans }) => {
    expectSpans(records, format, spans);
  });
});
