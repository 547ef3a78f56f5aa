import { describe, test } from 'vitest';
import { expectSpans, type Records } from './expectSpans.ts';

interface Case {
  name: string;
  records: Records;
  format?: string;
  spans: string[];
}

const user = (content: unknown, more: object = {}): object => ({ role: 'user', content, ...more });
const agent = (content: unknown, more: object = {}): object => ({
  role: 'assistant',
  content,
  ...more,
});

const ASKED = ['0.0 task How deep is it?'];
const MEASURED = [
  ...ASKED,
  '0.1 action measure',
  '0.1 action {"lake": "Enol"}',
  '0.1 observation 25 m',
  '0.2 answer It is 25 m deep.',
];
const INPUT = { lake: 'Enol' };

const PARTS: Case[] = [
  {
    name: 'Bedrock: parts named by their only key',
    records: {
      messages: [
        user([{ text: 'How deep is it?' }]),
        agent([
          { reasoningContent: { reasoningText: { text: 'I measure.', signature: 'x' } } },
          { toolUse: { toolUseId: 't1', name: 'measure', input: INPUT } },
        ]),
        user([
          { toolResult: { toolUseId: 't1', content: [{ text: '25 m' }, { json: { m: 25 } }] } },
        ]),
        agent([{ text: 'It is 25 m deep.' }]),
      ],
    },
    spans: [...MEASURED, '0.1 reasoning I measure.', '0.1 observation {"m":25}'],
  },
  {
    name: 'Haystack: results with their call',
    records: [
      user([{ text: 'How deep is it?' }]),
      agent([{ tool_call: { id: 't1', tool_name: 'measure', arguments: INPUT } }]),
      {
        role: 'tool',
        content: [{ tool_call_result: { result: '25 m', error: false, origin: { id: 't1' } } }],
      },
      agent([{ text: 'It is 25 m deep.' }]),
    ],
    spans: MEASURED,
  },
  {
    name: 'the AI SDK: typed outputs',
    records: {
      messages: [
        user('How deep is it?'),
        agent([{ type: 'tool-call', toolCallId: 't1', toolName: 'measure', input: INPUT }]),
        {
          role: 'tool',
          content: [
            {
              ...{ type: 'tool-result', toolCallId: 't1', toolName: 'measure' },
              output: { type: 'text', value: '25 m' },
            },
          ],
        },
        agent([{ type: 'text', text: 'It is 25 m deep.' }]),
      ],
    },
    spans: MEASURED,
  },
  {
    name: 'LlamaIndex: blocks, and calls beside them',
    records: {
      store: {
        chat: [
          { role: 'user', blocks: [{ block_type: 'text', text: 'How deep is it?' }] },
          {
            ...{ role: 'assistant', blocks: [] },
            additional_kwargs: {
              tool_calls: [{ id: 't1', function: { name: 'measure', arguments: INPUT } }],
            },
          },
          { role: 'tool', blocks: [{ block_type: 'text', text: '25 m' }] },
          { role: 'assistant', blocks: [{ block_type: 'text', text: 'It is 25 m deep.' }] },
        ],
      },
    },
    spans: MEASURED,
  },
  {
    name: 'LibreChat: the result in the call, and what is said after it',
    records: {
      messages: [
        { sender: 'User', text: 'How deep is it?' },
        {
          sender: 'Assistant',
          content: [
            { type: 'think', think: 'I measure.' },
            {
              type: 'tool_call',
              tool_call: { id: 't1', name: 'measure', args: INPUT, output: '25 m' },
            },
            { type: 'text', text: 'It is 25 m deep.' },
          ],
        },
      ],
    },
    format: 'message_log',
    spans: [...MEASURED, '0.1 reasoning I measure.'],
  },
  {
    name: "Claude's export: a call, its result and the answer in one message",
    records: {
      chat_messages: [
        {
          sender: 'human',
          text: 'How deep is it?',
          content: [{ type: 'text', text: 'How deep is it?' }],
        },
        {
          sender: 'assistant',
          content: [
            { type: 'tool_use', id: 't1', name: 'measure', input: INPUT },
            { type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: '25 m' }] },
            { type: 'text', text: 'It is 25 m deep.' },
          ],
        },
      ],
    },
    format: 'message_log',
    spans: MEASURED,
  },
];

const RESULTS: Case[] = [
  {
    name: 'Cline: the result below its heading',
    records: [
      user('Which files are there?'),
      agent('<list_files>\n<path>.</path>\n</list_files>'),
      user([
        { type: 'text', text: "[list_files for '.'] Result:" },
        { type: 'text', text: 'notes.md' },
        { type: 'text', text: '<environment_details>\nnone\n</environment_details>' },
      ]),
      agent('Notes.'),
    ],
    spans: [
      '0.0 task Which files are there?',
      '0.1 action list_files',
      '0.1 action <path>.</path>',
      "0.1 observation [list_files for '.'] Result:",
      '0.1 observation notes.md',
      '0.1 other <environment_details>\nnone\n</environment_details>',
      '0.2 answer Notes.',
    ],
  },
  {
    name: 'tags and labels around what a tool message gives',
    records: {
      messages: [
        user('How deep is it?'),
        agent(null, {
          tool_calls: [{ id: 't1', function: { name: 'measure', arguments: INPUT } }],
        }),
        { role: 'tool', tool_call_id: 't1', content: '<tool_response>\n25 m\n</tool_response>' },
        agent(null, {
          tool_calls: [{ id: 't2', function: { name: 'measure', arguments: INPUT } }],
        }),
        {
          role: 'tool',
          tool_call_id: 't2',
          content: [{ type: 'text', text: 'OBSERVATION:\n26 m' }],
        },
      ],
    },
    spans: [
      ...MEASURED.slice(0, 4),
      '0.2 action measure',
      '0.2 action {"lake":"Enol"}',
      '0.2 observation 26 m',
    ],
  },
  {
    name: "tau2: the simulated user's own tools",
    records: {
      messages: [
        user('It is slow.'),
        agent('Look at the signal.'),
        { role: 'user', content: null, tool_calls: [{ id: 'u', name: 'look', requestor: 'user' }] },
        { role: 'tool', id: 'u', content: 'no signal', requestor: 'user' },
        user('There is none.'),
      ],
    },
    spans: [
      '0.0 task It is slow.',
      '0.1 answer Look at the signal.',
      '0.1 other no signal',
      '0.1 task There is none.',
    ],
  },
];

const MESSAGES: Case[] = [
  {
    name: 'SWE-agent: the thought stands in the content as well',
    records: {
      messages: [
        user('Fix it.'),
        agent('I look.', {
          ...{ thought: 'I look.', action: 'ls' },
          tool_calls: [{ function: { name: 'bash', arguments: '{}' } }],
        }),
      ],
    },
    spans: ['0.0 task Fix it.', '0.1 reasoning I look.', '0.1 action bash', '0.1 action {}'],
  },
  {
    name: 'AI Studio: chunks that are thoughts',
    records: {
      chunkedPrompt: {
        chunks: [
          { role: 'user', text: 'Hi' },
          { role: 'model', text: 'I greet.', isThought: true },
          { role: 'model', text: 'Hello!' },
        ],
      },
    },
    spans: ['0.0 task Hi', '0.1 reasoning I greet.', '0.1 answer Hello!'],
  },
  {
    name: "Cohere's roles and field",
    records: {
      chat_history: [
        { role: 'USER', message: 'Hi' },
        { role: 'CHATBOT', message: 'Hello!' },
      ],
    },
    spans: ['0.0 task Hi', '0.1 answer Hello!'],
  },
  {
    name: 'a preference whose chosen answer is one message',
    records: {
      messages: [user('2+2?')],
      chosen: { role: 'assistant', content: '4' },
      rejected: { role: 'assistant', content: '5' },
    },
    spans: ['0.0 task 2+2?', '0.1 answer 4'],
  },
  {
    name: 'a batch: the answer in the body of the response',
    records: {
      custom_id: '1',
      body: { messages: [user('2+2?')] },
      response: { body: { choices: [{ message: agent('4') }] } },
    },
    spans: ['0.0 task 2+2?', '0.1 answer 4'],
  },
];

describe.each([
  ['parts', PARTS],
  ['results', RESULTS],
  ['messages', MESSAGES],
])('chats of other programs: %s', (_, cases) => {
  test.each(cases)('$name', ({ records, format, spans }) => {
    expectSpans(records, format ?? 'openai_chat', spans.map(compact));
  });
});

/** Arguments as `JSON.stringify` writes them. */
function compact(line: string): string {
  return line.replace('{"lake": "Enol"}', '{"lake":"Enol"}');
}
