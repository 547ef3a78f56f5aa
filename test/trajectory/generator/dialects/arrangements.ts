import type { Abilities, Canonical, Turn } from '../canonical.ts';
import type { RecordDialect } from '../dialect.ts';
import { stringOf, type Json, type JsonObject } from '../json.ts';
import { nameAndObject } from '../wanted.ts';
import {
  answered,
  BARE,
  CAN,
  chat,
  inTurns,
  joined,
  NO_IDS,
  oneThought,
  row,
  turnsOf,
} from './arranging.ts';
import { chatMessages, openaiCalls } from './chatMessages.ts';

/** Pairs of question and answer, the last in columns of its own. */
function alpaca(one: Canonical): JsonObject {
  const pairs = one.rounds.map(({ user, turns }): [string, string] => [
    user.join(''),
    turns[turns.length - 1]!.said.join('\n\n'),
  ]);
  const [instruction, output] = pairs.pop()!;
  const system = one.system === null ? {} : { system: one.system };
  return { instruction, input: '', output, ...system, history: pairs };
}

function thread(one: Canonical): JsonObject {
  let time = 1_700_000_000;
  const text = (value: string): Json => [{ type: 'text', text: { value, annotations: [] } }];
  const message = (role: string, value: string): JsonObject => ({
    ...{ id: 'msg', object: 'thread.message', created_at: (time += 1) },
    ...{ thread_id: one.id, role, content: text(value) },
  });
  const data = inTurns(
    one,
    (value) => message('user', value),
    (turn) => turn.said.map((value) => message('assistant', value)),
  );
  return { object: 'list', data: data.reverse(), has_more: false };
}

function aiSdkResult(one: Canonical): JsonObject {
  const [first] = one.rounds;
  const system = one.system === null ? {} : { system: one.system };
  return {
    ...{ ...system, prompt: first!.user.join('') },
    steps: turnsOf(one).map((turn) => ({
      ...{ text: turn.said.join('\n\n'), finishReason: 'stop' },
      reasoning: turn.thoughts.map((text) => ({ type: 'reasoning', text })),
      toolCalls: turn.calls.map((call) => ({
        ...{ type: 'tool-call', toolCallId: call.id, toolName: call.name, input: call.args },
      })),
      toolResults: answered(turn).map((call) => ({
        ...{ type: 'tool-result', toolCallId: call.id, toolName: call.name, output: joined(call) },
      })),
    })),
  };
}

/** The arguments are members beside the thoughts. */
function moatless(one: Canonical): JsonObject {
  const [first] = one.rounds;
  return {
    nodes: [
      { node_id: 0, user_message: first!.user.join(''), action_steps: [] },
      ...turnsOf(one).map((turn, i) => ({
        node_id: i + 1,
        action_steps: turn.calls.map((call) => ({
          action: {
            action_args_class: `moatless.actions.some.${call.name}Args`,
            thoughts: turn.thoughts.join('\n\n'),
            ...call.args,
          },
          observation: { message: joined(call), terminal: false },
        })),
      })),
    ],
  };
}

/** Amazon Q's history: what was asked, or what tools gave, with what came of it. */
function promptHistory(one: Canonical): JsonObject {
  const entries: [JsonObject, JsonObject][] = [];
  for (const round of one.rounds) {
    let asked: JsonObject = { Prompt: { prompt: round.user.join('') } };
    for (const turn of round.turns) {
      const content = turn.said.join('\n\n');
      const uses = turn.calls.map(({ id, name, args }) => ({ id, name, args }));
      const answer =
        uses.length > 0
          ? { ToolUse: { message_id: 'm', content, tool_uses: uses } }
          : { Response: { message_id: 'm', content } };
      entries.push([{ additional_context: '', content: asked, images: null }, answer]);
      asked = {
        ToolUseResults: {
          tool_use_results: turn.calls.map((call) => ({
            ...{ tool_use_id: call.id, content: [{ Text: joined(call) }], status: 'Success' },
          })),
        },
      };
    }
  }
  return { conversation_id: one.id, next_message: null, history: entries };
}

function bfcl(one: Canonical): JsonObject {
  return {
    id: one.id,
    result: [],
    inference_log: [
      [{ role: 'state_info', content: { root: {} } }],
      ...one.rounds.map((round) => {
        const steps = round.turns.map((turn, i): [string, Json] => [
          `step_${String(i)}`,
          [
            ...chatMessages(
              { ...one, system: null, rounds: [{ ...round, turns: [turn] }] },
              { calls: openaiCalls('text') },
            ).slice(1),
            { role: 'handler_log', content: 'Successfully decoded model response.' },
          ],
        ]);
        const query = [{ role: 'user', content: round.user.join('') }];
        return { begin_of_turn_query: query, ...Object.fromEntries(steps) };
      }),
    ],
  };
}

function webArena(one: Canonical): JsonObject {
  const [first] = one.rounds;
  return {
    ...{ task_id: one.id, intent: first!.user.join('') },
    trajectory: turnsOf(one).flatMap((turn) => [
      {
        action_type: 6,
        raw_prediction: `${turn.thoughts.join('')} In summary, I do \`\`\`${turn.calls[0]!.args['query'] as string}\`\`\``,
      },
      { observation: { text: joined(turn.calls[0]!), image: null }, info: {} },
    ]),
  };
}

function evalCase(one: Canonical): JsonObject {
  return {
    eval_id: one.id,
    conversation: one.rounds.map(({ user, turns }) => ({
      invocation_id: 'i',
      user_content: { parts: user.map((text) => ({ text })), role: 'user' },
      final_response: { parts: turns.flatMap(({ said }) => said.map((text) => ({ text }))) },
      intermediate_data: { tool_uses: [], intermediate_responses: [] },
    })),
    session_input: { app_name: 'app' },
  };
}

const preferred = (one: Canonical): JsonObject => {
  const messages = chat(one);
  return {
    input: { messages: messages.slice(0, -1), tools: [] },
    preferred_output: messages.slice(-1),
    non_preferred_output: [{ role: 'assistant', content: 'Something worse.' }],
  };
};

const single: Abilities = { ...BARE, followUps: 'never', calls: 1 };
const FREE = { can: { ...CAN, calls: 0 } };
const line = { line: true, avoid: /`|^\s*$/ };

/** What is seen before each action is in a list beside that of the actions. */
const sideBySide = (one: Canonical): JsonObject => {
  const calls = turnsOf(one).flatMap((turn) => turn.calls);
  return {
    task: one.rounds[0]!.user.join(''),
    observations: ['The start.', ...calls.map(joined)],
    actions: calls.map(({ args }) => stringOf(args['query'])),
    thoughts: turnsOf(one).map(({ thoughts }) => thoughts.join('')),
    infos: calls.map(() => ({ won: false })),
  };
};

const transitions = (one: Canonical): JsonObject => ({
  task: one.rounds[0]!.user.join(''),
  transitions: turnsOf(one).map((turn, i, all) => ({
    ...{ state: i === 0 ? 'The start.' : joined(all[i - 1]!.calls[0]!), reward: 0 },
    action: stringOf(turn.calls[0]!.args['query']),
    next_state: joined(turn.calls[0]!),
  })),
});

const tuples = (one: Canonical): JsonObject => ({
  input: one.rounds[0]!.user.join(''),
  output: 'It is done.',
  intermediate_steps: turnsOf(one).flatMap(({ calls }) =>
    calls.map((call): Json => [[call.name, call.text, 'I call.'], joined(call)]),
  ),
});

const START = { step: 0, kind: 'observation', text: 'The start.' } as const;
const ALONE: Abilities = {
  ...{ ...BARE, followUps: 'never', calls: 1, answer: 'never', open: false },
  args: { one: 'query', text: { avoid: /^\s*$/ } },
};

function nemoGym(one: Canonical): JsonObject {
  const [first, ...others] = one.rounds;
  const message = (role: string, type: string, text: string): JsonObject => ({
    ...{ type: 'message', role, content: [{ type, text }] },
  });
  const said = (turn: Turn): JsonObject[] => [
    ...turn.said.map((text) => message('assistant', 'output_text', text)),
    ...turn.calls.map((call) => ({
      ...{ type: 'function_call', call_id: call.id, name: call.name, arguments: call.text },
    })),
    ...answered(turn).map((call) => ({
      ...{ type: 'function_call_output', call_id: call.id, output: joined(call) },
    })),
  ];
  return {
    responses_create_params: {
      input: [{ role: 'user', content: first!.user.join('') }],
      tools: [],
    },
    response: {
      ...{ id: 'r', object: 'response' },
      output: [
        ...first!.turns.flatMap(said),
        ...others.flatMap(({ user, turns }) => [
          message('user', 'input_text', user.join('')),
          ...turns.flatMap(said),
        ]),
      ],
    },
    reward: 1,
  };
}

export const ARRANGEMENTS: readonly RecordDialect[] = [
  row('lists side by side', sideBySide, {
    can: { ...ALONE, thought: 'always' },
    spans: {
      action: ({ args }) => [stringOf(args['query'])],
      ...oneThought,
      more: () => [START],
    },
    messages: 'none',
  }),
  row('transitions', transitions, {
    can: ALONE,
    spans: { action: ({ args }) => [stringOf(args['query'])], more: () => [START] },
    messages: 'none',
  }),
  row('tuples of tool, input and log', tuples, {
    can: { ...BARE, followUps: 'never', calls: 1, answer: 'never', open: false },
    spans: {
      more: (one) => [{ step: turnsOf(one).length + 1, kind: 'answer', text: 'It is done.' }],
    },
    messages: 'none',
  }),
  row('questions after a history', alpaca, {
    can: { ...CAN, calls: 0, followUps: 'always', answer: 'always', task: { avoid: /^\s*$/ } },
  }),
  row('a thread, the newest first', thread, { can: { ...FREE.can, system: 'never' } }),
  row('AI SDK: steps', aiSdkResult, {
    can: { ...CAN, followUps: 'never', thought: 'maybe' },
    spans: { action: nameAndObject },
  }),
  row('Moatless: nodes', moatless, {
    can: { ...single, thought: 'always', answer: 'never', open: false, args: { one: 'query' } },
    spans: { action: (call) => [call.name, { members: call.args }], ...oneThought },
    ...NO_IDS,
  }),
  row('Amazon Q: history', promptHistory, {
    can: { ...CAN, system: 'never', answer: 'always', open: false },
    spans: { action: nameAndObject },
    messages: { names: false },
  }),
  row('BFCL: inference log', bfcl, { can: { ...CAN, system: 'never' } }),
  row('WebArena: predictions', webArena, {
    can: {
      ...{ ...single, thought: 'always', answer: 'never', open: false, agent: line },
      args: { one: 'query', text: line },
    },
    spans: {
      thoughts: ({ thoughts }) => [`${thoughts.join('')} In summary, I do`],
      action: (call) => [stringOf(call.args['query'])],
    },
    messages: 'none',
  }),
  row('ADK: invocations', evalCase, { can: { ...FREE.can, system: 'never', answer: 'always' } }),
  row('a preferred output', preferred, { can: { ...CAN, answer: 'always' } }),
  row(
    'a prompt and what was sampled',
    (one) => {
      const messages = chat(one);
      return {
        ...{ run_id: 'r', event_id: 1, sample_id: one.id, type: 'sampling' },
        data: { prompt: messages.slice(0, -1), sampled: [messages.at(-1)!['content']!] },
      };
    },
    { can: { ...FREE.can, answer: 'always' } },
  ),
  row(
    'the harness: arguments and answers',
    (one) => ({
      ...{ doc_id: 7, doc: { question: 'x' } },
      arguments: { gen_args_0: { arg_0: one.rounds[0]!.user.join(''), arg_1: { until: ['\n'] } } },
      resps: [[one.rounds[0]!.turns.at(-1)!.said.join('\n\n')]],
    }),
    { can: { ...single, calls: 0, answer: 'always' } },
  ),
  row('requests beside answers, NeMo Gym', nemoGym, {
    ...{ format: 'recorded_calls', can: { ...CAN, system: 'never', answer: 'always' } },
    messages: { names: false },
  }),
  row(
    'requests beside answers, AppWorld',
    (one) => {
      const messages = chat(one);
      return {
        id: 'call-1',
        input: { model: 'm-1', messages: messages.slice(0, -1) },
        output: { choices: [{ index: 0, message: messages.at(-1)! }] },
      };
    },
    { format: 'recorded_calls', can: { ...CAN, answer: 'always' } },
  ),
  row(
    'messages of the prompt as `input`',
    (one) => {
      const messages = chat(one);
      const said = messages.pop()!['content'] as string;
      return { input: messages, output: said, category: 'chat' };
    },
    { can: { ...CAN, answer: 'always' } },
  ),
];
