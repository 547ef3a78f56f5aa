import type { Abilities, Call, Canonical, Turn } from '../canonical.ts';
import type { Dialect, RecordDialect } from '../dialect.ts';
import type { Json, JsonObject } from '../json.ts';
import { nameAndObject } from '../wanted.ts';

const CAN: Abilities = { followUps: 'maybe', system: 'never', open: true };

const joined = (call: Call): string => call.result!.texts.join('\n');
const answered = ({ calls }: Turn): Call[] => calls.filter((call) => call.result);
const text = (value: string): JsonObject => ({ type: 'text', text: value });

function row(one: Omit<RecordDialect, 'kind'>): RecordDialect {
  return {
    kind: 'record',
    ...one,
    spans: { action: nameAndObject, result: (call) => [joined(call)], ...one.spans },
  };
}

function messages(
  { rounds }: Canonical,
  user: (texts: string[]) => JsonObject[],
  turns: (turns: Turn[]) => JsonObject[],
): JsonObject[] {
  return rounds.flatMap((round) => [...user(round.user), ...turns(round.turns)]);
}

/** All turns until the user speaks again are one message, with a mark before each. */
function aiSdk(trajectory: Canonical, toolPart: (call: Call) => JsonObject): JsonObject[] {
  return messages(
    trajectory,
    (texts) => [{ id: 'u', role: 'user', parts: texts.map(text) }],
    (turns) => [
      {
        ...{ id: 'a', role: 'assistant' },
        parts: turns.flatMap((turn) => [
          { type: 'step-start' },
          ...turn.thoughts.map((value) => ({ type: 'reasoning', text: value, state: 'done' })),
          ...turn.said.map((value) => ({ ...text(value), state: 'done' })),
          ...turn.calls.map(toolPart),
        ]),
      },
    ],
  );
}

const typedTool = (call: Call): JsonObject => ({
  type: `tool-${call.name}`,
  toolCallId: call.id,
  state: call.result ? 'output-available' : 'input-available',
  input: call.args,
  ...(call.result && { output: joined(call) }),
});

const invocation = (call: Call): JsonObject => ({
  type: 'tool-invocation',
  toolInvocation: {
    ...{ state: call.result ? 'result' : 'call', toolCallId: call.id, toolName: call.name },
    args: call.args,
    ...(call.result && { result: joined(call) }),
  },
});

const dynamic = (call: Call): JsonObject => ({
  ...typedTool(call),
  type: 'dynamic-tool',
  toolName: call.name,
});

const aiSdkRows = (
  [
    ['AI SDK: parts by tool', typedTool],
    ['AI SDK: invocations', invocation],
    ['AI SDK: dynamic tools', dynamic],
  ] as const
).map(([name, toolPart]) =>
  row({
    name,
    format: 'typed_parts',
    can: { ...CAN, parts: true },
    messages: { names: false },
    list: 'messages',
    write: (one) => ({ id: one.id, messages: aiSdk(one, toolPart) }),
  }),
);

const part = (kind: string, content: Json, more: JsonObject = {}): JsonObject => ({
  content,
  ...more,
  part_kind: kind,
});

function pydantic(trajectory: Canonical, args: (call: Call) => Json): JsonObject[] {
  const request = (parts: JsonObject[]): JsonObject => ({ parts, kind: 'request' });
  const out = messages(
    trajectory,
    (texts) => [request(texts.map((value) => part('user-prompt', value)))],
    (turns) =>
      turns.flatMap((turn) => [
        {
          parts: [
            ...turn.thoughts.map((value) => part('thinking', value)),
            ...turn.said.map((value) => part('text', value)),
            ...turn.calls.map((call) => ({
              ...{ tool_name: call.name, args: args(call), tool_call_id: call.id },
              part_kind: 'tool-call',
            })),
          ],
          ...{ model_name: 'm-1', kind: 'response' },
        },
        ...(answered(turn).length > 0
          ? [
              request(
                answered(turn).map((call) =>
                  part('tool-return', joined(call), {
                    ...{ tool_name: call.name, tool_call_id: call.id },
                  }),
                ),
              ),
            ]
          : []),
      ]),
  );
  if (trajectory.system !== null) out.unshift(request([part('system-prompt', trajectory.system)]));
  return out;
}

const pydanticRows: RecordDialect[] = [
  row({
    name: 'Pydantic AI: messages, arguments as objects',
    format: 'typed_parts',
    can: { ...CAN, system: 'maybe', parts: true },
    list: 'messages',
    write: (one) => ({ messages: pydantic(one, (call) => call.args) }),
  }),
  row({
    name: 'Pydantic AI: arguments as text',
    format: 'typed_parts',
    can: { ...CAN, system: 'maybe', parts: true },
    spans: { action: (call) => [call.name, call.text] },
    list: 'all_messages',
    write: (one) => ({ all_messages: pydantic(one, (call) => call.text) }),
  }),
];

const data = (type: string, value: JsonObject): JsonObject => ({ type, data: value });

function crush(trajectory: Canonical): JsonObject[] {
  return messages(
    trajectory,
    (texts) => [{ role: 'user', parts: texts.map((value) => data('text', { text: value })) }],
    (turns) =>
      turns.flatMap((turn) => [
        {
          role: 'assistant',
          parts: [
            ...turn.thoughts.map((thinking) => data('reasoning', { thinking, signature: 's' })),
            ...turn.said.map((value) => data('text', { text: value })),
            ...turn.calls.map((call) =>
              data('tool_call', {
                ...{ id: call.id, name: call.name, input: call.text },
                ...{ type: 'function', finished: true },
              }),
            ),
            data('finish', { reason: 'tool_use' }),
          ],
        },
        ...answered(turn).map((call) => ({
          role: 'tool',
          parts: [
            data('tool_result', {
              ...{ tool_call_id: call.id, name: call.name, content: joined(call) },
              is_error: false,
            }),
          ],
        })),
      ]),
  );
}

const crushRow = row({
  name: 'Crush',
  format: 'typed_parts',
  can: { ...CAN, parts: true },
  spans: { action: (call) => [call.name, call.text] },
  list: 'messages',
  write: (one) => ({ id: one.id, messages: crush(one) }),
});

function autoGenTeam(trajectory: Canonical): Json {
  const event = (type: string, content: Json, source = 'assistant'): JsonObject => ({
    ...{ source, models_usage: null, metadata: {}, content, type },
  });
  return {
    messages: messages(
      trajectory,
      (texts) => [event('TextMessage', texts.join(''), 'user')],
      (turns) =>
        turns.flatMap((turn) => [
          ...[...turn.thoughts, ...(turn.calls.length > 0 ? turn.said : [])].map((value) =>
            event('ThoughtEvent', value),
          ),
          ...(turn.calls.length > 0
            ? [
                event(
                  'ToolCallRequestEvent',
                  turn.calls.map(({ id, name, text: args }) => ({ id, name, arguments: args })),
                ),
              ]
            : turn.said.map((value) => event('TextMessage', value))),
          ...(answered(turn).length > 0
            ? [
                event(
                  'ToolCallExecutionEvent',
                  answered(turn).map((call) => ({
                    ...{ content: joined(call), name: call.name, call_id: call.id },
                    is_error: false,
                  })),
                ),
              ]
            : []),
        ]),
    ),
    stop_reason: null,
  };
}

const autoGenRow = row({
  name: 'AutoGen 0.4 team',
  format: 'autogen_multiagent',
  can: { ...CAN, agent: { avoid: /^\s*$/ } },
  spans: { action: (call) => [call.name, call.text] },
  list: 'messages',
  write: autoGenTeam,
});

export const FRAMEWORKS: readonly Dialect[] = [...aiSdkRows, ...pydanticRows, crushRow, autoGenRow];
