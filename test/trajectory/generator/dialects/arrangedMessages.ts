import type { Call, Canonical } from '../canonical.ts';
import type { RecordDialect } from '../dialect.ts';
import { stringOf, type JsonObject } from '../json.ts';
import { nameAndObject } from '../wanted.ts';
import { answered, BARE, CAN, chat, inTurns, joined, NO_IDS, row } from './arranging.ts';
import { openaiCalls } from './chatMessages.ts';

/** ART's rollouts: what the model said is a choice of its answer. */
function choices(one: Canonical): JsonObject {
  return {
    messages_and_choices: chat(one).map((message, index) =>
      message['role'] === 'assistant'
        ? { finish_reason: 'stop', index, logprobs: null, message }
        : message,
    ),
    reward: 1,
  };
}

function dotNet(one: Canonical, spelled: 'ai' | 'kernel'): JsonObject[] {
  const part = (type: string, members: JsonObject): JsonObject =>
    spelled === 'ai'
      ? { $type: `${type[0]!.toLowerCase()}${type.slice(1)}`, ...members }
      : { $type: `${type}Content`, ...upper(members) };
  const message = (role: string, parts: JsonObject[]): JsonObject =>
    spelled === 'ai'
      ? { role, contents: parts }
      : { Role: { Label: role }, Items: parts, ModelId: 'm-1' };
  const text = (value: string): JsonObject => part('Text', { text: value });
  const calls = (call: Call): JsonObject =>
    part('FunctionCall', {
      ...(spelled === 'ai'
        ? { callId: call.id, name: call.name }
        : { id: call.id, functionName: call.name }),
      arguments: call.args,
    });
  const results = (call: Call): JsonObject =>
    part('FunctionResult', { callId: call.id, result: joined(call) });
  const said = inTurns(
    one,
    (value) => message('user', [text(value)]),
    (turn) => [
      message('assistant', [...turn.said.map(text), ...turn.calls.map(calls)]),
      ...answered(turn).map((call) => message('tool', [results(call)])),
    ],
  );
  return one.system === null ? said : [message('system', [text(one.system)]), ...said];
}

function upper(members: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(members).map(([key, value]) => [key[0]!.toUpperCase() + key.slice(1), value]),
  );
}

function cohere(one: Canonical): JsonObject {
  return {
    ...(one.system === null ? {} : { system: one.system }),
    chat_history: inTurns(
      one,
      (message) => ({ role: 'USER', message }),
      (turn) => [
        {
          ...{ role: 'CHATBOT', message: turn.said.join('\n\n') },
          tool_calls: turn.calls.map(({ name, args }) => ({ name, parameters: args })),
        },
        ...(answered(turn).length === 0
          ? []
          : [
              {
                role: 'TOOL',
                tool_results: answered(turn).map((call) => ({
                  call: { name: call.name, parameters: call.args },
                  outputs: [{ text: joined(call), n: 1 }],
                })),
              },
            ]),
      ],
    ),
  };
}

function interpreter(one: Canonical): JsonObject[] {
  return inTurns(
    one,
    (content) => ({ role: 'user', type: 'message', content }),
    (turn) => [
      ...turn.said.map((content) => ({ role: 'assistant', type: 'message', content })),
      ...turn.calls.flatMap((call) => [
        {
          role: 'assistant',
          type: 'code',
          format: call.name,
          content: stringOf(call.args['query']),
        },
        { role: 'computer', type: 'console', format: 'active_line', content: '1' },
        ...answered({ ...turn, calls: [call] }).map((each) => ({
          ...{ role: 'computer', type: 'console', format: 'output' },
          content: joined(each),
        })),
      ]),
    ],
  );
}

const apiBank = (one: Canonical): JsonObject[] =>
  inTurns(
    one,
    (text) => ({ role: 'User', text }),
    ({ said, calls }) => [
      ...said.map((text) => ({ role: 'AI', text })),
      ...calls.map((call) => ({
        ...{ role: 'API', api_name: call.name, param_dict: call.args },
        result: { output: joined(call), exception: null },
      })),
    ],
  );

const voice = (one: Canonical): JsonObject => ({
  messages: inTurns(
    one,
    (message) => ({ role: 'user', message }),
    (turn) => [
      ...turn.said.map((message) => ({ role: 'bot', message })),
      ...(turn.calls.length === 0
        ? []
        : [{ role: 'tool_calls', toolCalls: openaiCalls('text')(turn.calls)['tool_calls']! }]),
      ...answered(turn).map((call) => ({
        ...{ role: 'tool_call_result', toolCallId: call.id, name: call.name },
        result: joined(call),
      })),
    ],
  ),
});

/** All turns until the user speaks again are one message. */
const flow =
  (spelled: 'Flowise' | 'Langflow') =>
  (one: Canonical): JsonObject[] =>
    one.rounds.flatMap(({ user, turns }): JsonObject[] => {
      const calls = turns.flatMap((turn) => turn.calls);
      const text = turns.at(-1)!.said.join('\n\n');
      return spelled === 'Flowise'
        ? [
            { id: 'u', role: 'userMessage', content: user.join('') },
            {
              ...{ id: 'a', role: 'apiMessage', content: text },
              usedTools: calls.map((call) => ({
                ...{ tool: call.name, toolInput: call.args, toolOutput: joined(call) },
              })),
            },
          ]
        : [
            { sender: 'User', sender_name: 'User', text: user.join('') },
            {
              ...{ sender: 'Machine', sender_name: 'AI', text },
              content_blocks: [
                {
                  title: 'Agent Steps',
                  contents: calls.map((call) => ({
                    ...{ type: 'tool_use', name: call.name, tool_input: call.args },
                    output: joined(call),
                  })),
                },
              ],
            },
          ];
    });

const activities = (one: Canonical): JsonObject[] => {
  const said = (role: string, text: string): JsonObject => ({
    ...{ type: 'message', id: '1', from: { id: role, role }, text },
  });
  return inTurns(
    one,
    (text) => said('user', text),
    (turn) => turn.said.map((text) => said('bot', text)),
  );
};

export const ARRANGED_MESSAGES: readonly RecordDialect[] = [
  row('API-Bank', apiBank, {
    can: { ...CAN, system: 'never', said: 'never', calls: 1, open: false },
    spans: { action: nameAndObject },
    ...NO_IDS,
  }),
  row('a voice agent', voice, { can: { ...CAN, system: 'never' } }),
  row('Flowise', flow('Flowise'), {
    can: { ...BARE, calls: 1, answer: 'always', open: false },
    spans: { action: nameAndObject },
    ...NO_IDS,
  }),
  row('Langflow', flow('Langflow'), {
    can: { ...BARE, calls: 1, answer: 'always', open: false },
    spans: { action: nameAndObject },
    ...NO_IDS,
  }),
  row('activities of a bot', activities, { can: { ...CAN, calls: 0, system: 'never' } }),
  row('choices among messages', choices),
  row('.NET contents, Microsoft.Extensions.AI', (one) => dotNet(one, 'ai'), {
    format: null,
    spans: { action: nameAndObject },
    messages: { names: false },
  }),
  row('.NET contents, Semantic Kernel', (one) => dotNet(one, 'kernel'), {
    format: null,
    spans: { action: nameAndObject },
    messages: { names: false },
  }),
  row('Cohere', cohere, {
    can: { ...CAN, said: 'always' },
    spans: {
      action: nameAndObject,
      result: (call) => [{ literal: { text: joined(call), n: 1 } }],
    },
    messages: { ids: false, outline: false },
  }),
  row('Open Interpreter', interpreter, {
    can: {
      ...{ ...BARE, said: 'maybe', calls: 1, open: false, names: ['python', 'shell'] },
      args: { one: 'query', text: { avoid: /^\s*$/ } },
    },
    spans: { action: (call) => [call.name, stringOf(call.args['query'])] },
    messages: { ids: false, names: false, values: false },
  }),
];
