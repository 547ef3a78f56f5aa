import { parse } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import { expectSpans, type Records } from './expectSpans.ts';

interface Case {
  name: string;
  records: Records;
  spans: string[];
}

const ASKED = ['0.0 task How deep is it?'];
const MEASURED = [
  ...ASKED,
  '0.1 reasoning I measure.',
  '0.1 action measure',
  '0.1 action {"lake":"Enol"}',
  '0.1 observation 25 m',
  '0.2 answer It is 25 m deep.',
];

const gpt = (id: string, parent: string | null, message: object | null): [string, object] => [
  id,
  { id, parent, message: message && { id, recipient: 'all', ...message }, children: [] },
];
const said = (role: string, ...parts: string[]): object => ({
  author: { role },
  content: { content_type: 'text', parts },
});

const libre = (messageId: string, parentMessageId: string | null, more: object): object => ({
  ...{ messageId, parentMessageId, isCreatedByUser: false, text: '' },
  ...more,
});

const block = (content: object[], more: object = {}): object => ({
  ...{ type: 'contentBlock', content },
  ...more,
});

const THOUGHT =
  '<details type="reasoning" done="true" duration="3">\n<summary>Thought for 3 seconds</summary>\n&gt; I measure.\n</details>\n';
const CALLED = `<details type="tool_calls" done="true" id="c1" name="measure" arguments="&quot;{\\&quot;lake\\&quot;: \\&quot;Enol\\&quot;}&quot;" result="25 m">\n<summary>Tool Executed</summary>\n</details>\n`;

const CASES: Case[] = [
  {
    name: 'ChatGPT: the path to the current node; thoughts; what is meant for a tool',
    records: [
      {
        title: 'Lake',
        mapping: Object.fromEntries([
          gpt('root', null, null),
          gpt('s', 'root', said('system', '')),
          gpt('i', 's', {
            author: { role: 'user' },
            content: { content_type: 'user_editable_context', user_instructions: 'Be brief.' },
          }),
          gpt('u', 'i', said('user', 'How deep is it?')),
          gpt('old', 'u', said('assistant', 'I do not know.')),
          gpt('a', 'u', {
            author: { role: 'assistant' },
            content: { content_type: 'thoughts', thoughts: [{ content: 'I measure.' }] },
          }),
          gpt('b', 'a', {
            author: { role: 'assistant' },
            content: { content_type: 'code', language: 'json', text: '{"lake":"Enol"}' },
            recipient: 'measure',
          }),
          gpt('c', 'b', {
            author: { role: 'tool', name: 'measure' },
            content: { content_type: 'execution_output', text: '25 m' },
          }),
          gpt('r', 'c', {
            author: { role: 'assistant' },
            content: { content_type: 'reasoning_recap', content: 'Thought for 3 s' },
          }),
          gpt('d', 'r', said('assistant', 'It is 25 m deep.')),
          gpt('later', 'old', said('user', 'Guess.')),
        ]),
        current_node: 'd',
      },
    ],
    spans: ['0.0 other Be brief.', ...MEASURED],
  },
  {
    name: 'DeepSeek: fragments',
    records: [
      {
        mapping: Object.fromEntries([
          gpt('root', null, null),
          gpt('1', 'root', { fragments: [{ type: 'REQUEST', content: 'How deep is it?' }] }),
          gpt('2', '1', {
            fragments: [
              { type: 'THINK', content: 'I recall.' },
              { type: 'RESPONSE', content: 'It is 25 m deep.' },
            ],
          }),
        ]),
      },
    ],
    spans: [...ASKED, '0.1 reasoning I recall.', '0.1 answer It is 25 m deep.'],
  },
  {
    name: 'Open WebUI: elements that fold',
    records: [
      {
        chat: {
          history: {
            messages: {
              u: { id: 'u', parentId: null, role: 'user', content: 'How deep is it?' },
              old: { id: 'old', parentId: 'u', role: 'assistant', content: 'No idea.' },
              a: {
                ...{ id: 'a', parentId: 'u', role: 'assistant' },
                content: `${THOUGHT}${CALLED}It is 25 m deep.`,
              },
            },
            currentId: 'a',
          },
        },
      },
    ],
    spans: MEASURED.map((line) =>
      line.replace('{"lake":"Enol"}', '&quot;{\\&quot;lake\\&quot;: \\&quot;Enol\\&quot;}&quot;'),
    ),
  },
  {
    name: 'LibreChat: a list with parents',
    records: {
      conversationId: 'c',
      messages: [
        libre('u', null, { isCreatedByUser: true, text: 'How deep is it?' }),
        libre('old', 'u', { text: 'No idea.' }),
        libre('a', 'u', {
          content: [
            { type: 'think', think: 'I measure.' },
            {
              type: 'tool_call',
              tool_call: { id: 'c1', name: 'measure', args: '{"lake":"Enol"}', output: '25 m' },
            },
            { type: 'text', text: 'It is 25 m deep.' },
          ],
        }),
      ],
    },
    spans: MEASURED,
  },
  {
    name: 'LibreChat: answers inside what they answer',
    records: {
      recursive: true,
      messages: [
        {
          ...libre('u', null, { isCreatedByUser: true, text: 'How deep is it?' }),
          children: [libre('old', 'u', { text: 'No idea.' }), libre('a', 'u', { text: '25 m.' })],
        },
      ],
    },
    spans: [...ASKED, '0.1 answer 25 m.'],
  },
  {
    name: 'LM Studio: the chosen version, blocks by their style',
    records: {
      systemPrompt: 'Be brief.',
      messages: [
        {
          versions: [
            {
              ...{ type: 'singleStep', role: 'user' },
              content: [{ type: 'text', text: 'How deep is it?' }],
            },
          ],
          currentlySelected: 0,
        },
        {
          versions: [
            { role: 'assistant', steps: [block([{ type: 'text', text: 'No idea.' }])] },
            {
              role: 'assistant',
              steps: [
                block([{ type: 'text', text: 'I measure.' }], { style: { type: 'thinking' } }),
                block([
                  {
                    ...{ type: 'toolCallRequest', toolCallRequestId: 'c1', name: 'measure' },
                    parameters: { lake: 'Enol' },
                  },
                ]),
                { type: 'toolStatus', statusState: {} },
                block([{ type: 'toolCallResult', toolCallId: 'c1', content: '25 m' }]),
                block([{ type: 'text', text: 'It is 25 m deep.' }]),
                { type: 'debugInfoBlock', debugInfo: 'x' },
              ],
            },
          ],
          currentlySelected: 1,
        },
      ],
    },
    spans: ['0.0 system Be brief.', ...MEASURED],
  },
];

describe('exports of chat programs', () => {
  test.each(CASES)('$name', ({ records, spans }) => {
    expectSpans(records, 'chat_export', spans);
  });

  test('a call in an element keeps its arguments as JSON', () => {
    const messages = { a: { id: 'a', role: 'assistant', content: CALLED } };
    const parsed = parse(JSON.stringify({ history: { messages, currentId: 'a' } }));
    const [turn] = parsed.trajectories[0]!.messages;
    expect(turn).toMatchObject({ calls: [{ id: 'c1', json: '{"lake": "Enol"}' }] });
  });
});
