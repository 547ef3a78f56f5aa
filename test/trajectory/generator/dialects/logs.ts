import type { Abilities, Call, Canonical, Turn } from '../canonical.ts';
import type { Dialect, RecordDialect } from '../dialect.ts';
import type { Json, JsonObject } from '../json.ts';
import { nameAndObject } from '../wanted.ts';
import { chatMessages, functionCall, openaiCalls } from './chatMessages.ts';

const joined = (call: Call): string => call.result!.texts.join('\n');
const answered = ({ calls }: Turn): Call[] => calls.filter((call) => call.result);
const turnsOf = ({ rounds }: Canonical): Turn[] => rounds.flatMap(({ turns }) => turns);
const user = ({ rounds }: Canonical): string => rounds[0]!.user.join('');

const PLAIN: Abilities = { system: 'never', thought: 'never' };

function row(one: Omit<RecordDialect, 'kind'>): RecordDialect {
  return {
    kind: 'record',
    ...one,
    spans: { action: nameAndObject, result: (call) => [joined(call)], ...one.spans },
  };
}

/** DSPy's ReAct: members of all steps side by side, with the step's number in their names. */
function dspy(trajectory: Canonical): Json {
  const steps: JsonObject = {};
  turnsOf(trajectory).forEach((turn, i) => {
    const [call] = turn.calls;
    steps[`thought_${i}`] = turn.thoughts.join('');
    steps[`tool_name_${i}`] = call!.name;
    steps[`tool_args_${i}`] = call!.args;
    steps[`observation_${i}`] = joined(call!);
  });
  return { question: user(trajectory), trajectory: steps };
}

function stepsByNumber(trajectory: Canonical): Json {
  const steps: JsonObject = {};
  turnsOf(trajectory).forEach((turn, i) => {
    const [call] = turn.calls;
    const action = { name: call!.name, arguments: call!.args };
    steps[`${i + 1}`] = { thought: turn.thoughts.join(''), action, observation: joined(call!) };
  });
  return { task: user(trajectory), steps };
}

function browserUse(trajectory: Canonical): Json {
  return {
    history: turnsOf(trajectory).map((turn) => ({
      model_output: {
        evaluation_previous_goal: '',
        memory: '',
        next_goal: turn.thoughts.join(''),
        action: turn.calls.map((call) => ({ [call.name]: call.args })),
      },
      result: answered(turn).map((call) => ({ is_done: false, extracted_content: joined(call) })),
      state: { url: 'about:blank', title: '', tabs: [] },
      metadata: { step_number: 1 },
    })),
  };
}

/** Semantic Kernel: items by `content_type`. */
function kernel(trajectory: Canonical): Json {
  const text = (value: string): JsonObject => ({ content_type: 'text', text: value });
  const message = (role: string, items: JsonObject[]): JsonObject => ({
    ...{ metadata: {}, content_type: 'message', role, items },
  });
  const messages = trajectory.rounds.flatMap((round) => [
    message('user', round.user.map(text)),
    ...round.turns.flatMap((turn) => [
      message('assistant', [
        ...turn.said.map(text),
        ...turn.calls.map((call) => ({
          ...{ content_type: 'function_call', id: call.id, name: call.name, arguments: call.text },
        })),
      ]),
      ...answered(turn).map((call) =>
        message('tool', [
          { content_type: 'function_result', id: call.id, name: call.name, result: joined(call) },
        ]),
      ),
    ]),
  ]);
  return { messages };
}

/** A sampler's row: the prompt's messages, and the answer as one text. */
function sampled(trajectory: Canonical): Json {
  const messages = chatMessages(trajectory, { calls: openaiCalls('text') });
  const last = messages.pop()!;
  return { messages, response: last['content']! };
}

/** LangChain's `messages_to_dict`, as it wrote calls of one function. */
function dataMessages(trajectory: Canonical): JsonObject[] {
  const data = (type: string, content: Json, more: JsonObject = {}): JsonObject => ({
    type,
    data: { content, type, additional_kwargs: {}, ...more },
  });
  return trajectory.rounds.flatMap((round) => [
    data('human', round.user.join('')),
    ...round.turns.flatMap((turn) => [
      data('ai', turn.said.join(''), {
        additional_kwargs: turn.calls.length > 0 ? functionCall(turn.calls) : {},
      }),
      ...answered(turn).map((call) => data('function', joined(call), { name: call.name })),
    ]),
  ]);
}

/** CAMEL's memory records. */
function memories(trajectory: Canonical): JsonObject[] {
  const record = (role: string, message: JsonObject): JsonObject => ({
    message: { __class__: 'BaseMessage', role_name: role, meta_dict: {}, ...message },
    role_at_backend: role,
  });
  return trajectory.rounds.flatMap((round) => [
    record('user', { content: round.user.join('') }),
    ...round.turns.flatMap((turn) => [
      ...turn.said.map((content) => record('assistant', { content })),
      ...turn.calls.map((call) =>
        record('assistant', { content: '', func_name: call.name, args: call.args }),
      ),
      ...answered(turn).map((call) =>
        record('function', { content: '', func_name: call.name, result: joined(call) }),
      ),
    ]),
  ]);
}

const STEPPED: Abilities = {
  ...PLAIN,
  ...{ thought: 'always', said: 'never', answer: 'never', calls: 1 },
};

export const LOGS: readonly Dialect[] = [
  row({
    name: 'DSPy trajectory',
    format: 'step_records',
    can: STEPPED,
    messages: { ids: false },
    write: dspy,
  }),
  row({
    name: 'steps by number',
    format: 'step_records',
    can: STEPPED,
    messages: { ids: false },
    write: stepsByNumber,
  }),
  row({
    name: 'browser-use',
    format: 'browser_use',
    can: { ...PLAIN, thought: 'always', said: 'never', answer: 'never' },
    spans: { user: () => [] },
    messages: 'none',
    list: 'history',
    write: browserUse,
  }),
  row({
    name: 'Semantic Kernel',
    format: 'openai_chat',
    can: { ...PLAIN, followUps: 'maybe', open: true, parts: true },
    spans: { action: (call) => [call.name, call.text] },
    list: 'messages',
    write: kernel,
  }),
  row({
    name: 'messages and a response as text',
    format: 'openai_chat',
    can: { ...PLAIN, answer: 'always', agent: { avoid: /^\s*$/ } },
    spans: { action: (call) => [call.name, call.text] },
    write: sampled,
  }),
  {
    kind: 'session',
    name: 'LangChain messages in `data`, functions',
    format: 'message_log',
    can: { ...PLAIN, calls: 1, followUps: 'maybe', agent: { avoid: /^\s*$/ } },
    spans: {
      action: (call) => [call.name, call.text],
      result: (call) => [joined(call)],
    },
    messages: { ids: false },
    write: dataMessages,
  },
  {
    kind: 'session',
    name: 'CAMEL memory',
    format: 'message_log',
    can: { ...PLAIN, followUps: 'maybe', agent: { avoid: /^\s*$/ } },
    spans: { action: nameAndObject, result: (call) => [joined(call)] },
    messages: { ids: false, names: false },
    write: memories,
  },
];
