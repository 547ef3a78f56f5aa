import type { Abilities, Call, Canonical, Turn } from '../canonical.ts';
import type { Dialect } from '../dialect.ts';
import { stringOf, type Json, type JsonObject } from '../json.ts';
import { nameAndObject, wantedSpans, type SpanRules, type Text } from '../wanted.ts';
import { responseItems } from './blocks.ts';

const CAN: Abilities = { followUps: 'maybe', open: true, system: 'never' };
const NOW = '2025-06-01T10:00:00.000Z';

const text = (value: string): JsonObject => ({ type: 'text', text: value });
const joined = (call: Call): string => call.result!.texts.join('\n');
const answered = ({ calls }: Turn): Call[] => calls.filter((call) => call.result);

function events(
  trajectory: Canonical,
  user: (texts: string[]) => JsonObject[],
  turn: (one: Turn, i: number) => JsonObject[],
): JsonObject[] {
  let n = 0;
  return trajectory.rounds.flatMap((round) => [
    ...user(round.user),
    ...round.turns.flatMap((one) => turn(one, (n += 1))),
  ]);
}

function codex(trajectory: Canonical): JsonObject[] {
  const line = (type: string, payload: Json): JsonObject => ({ timestamp: NOW, type, payload });
  const context = '<environment_context>\n  <cwd>/work</cwd>\n</environment_context>';
  return [
    line('session_meta', {
      id: trajectory.id,
      cwd: '/work',
      originator: 'codex_cli_rs',
      instructions: trajectory.system,
    }),
    line('response_item', {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: context }],
    }),
    line('turn_context', { cwd: '/work', model: 'm-1', summary: 'auto' }),
    ...responseItems(trajectory).flatMap((item) => {
      const said = item['type'] === 'message' ? [line('event_msg', copyOf(item))] : [];
      return [line('response_item', item), ...said];
    }),
    line('event_msg', { type: 'token_count', info: null }),
  ];
}

function copyOf(item: JsonObject): JsonObject {
  const message = (item['content'] as JsonObject[]).map((part) => stringOf(part['text'])).join('');
  return { type: item['role'] === 'user' ? 'user_message' : 'agent_message', message };
}

/** Each block is a line of its own; those of one response have its id. */
function claudeCode(trajectory: Canonical): JsonObject[] {
  let parent: string | null = null;
  let n = 0;
  const line = (type: string, message: JsonObject, more: JsonObject = {}): JsonObject => {
    n += 1;
    const uuid = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
    const event = {
      parentUuid: parent,
      isSidechain: false,
      userType: 'external',
      cwd: '/work',
      sessionId: trajectory.id,
      version: '2.0.1',
      type,
      message,
      uuid,
      timestamp: NOW,
      ...more,
    };
    parent = uuid;
    return event;
  };
  const user = (texts: string[]): JsonObject[] => [
    line('user', { role: 'user', content: texts.length === 1 ? texts[0]! : texts.map(text) }),
  ];
  return events(trajectory, user, (turn, i) => {
    const blocks: JsonObject[] = [
      ...turn.thoughts.map((thinking) => ({ type: 'thinking', thinking, signature: 's' })),
      ...turn.said.map(text),
      ...turn.calls.map((call) => ({
        type: 'tool_use',
        id: call.id,
        name: call.name,
        input: call.args,
      })),
    ];
    const id = `msg_${String(i)}`;
    return [
      ...blocks.map((block) =>
        line('assistant', {
          id,
          type: 'message',
          role: 'assistant',
          model: 'm-1',
          content: [block],
        }),
      ),
      ...answered(turn).map((call) =>
        line(
          'user',
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: call.id, content: joined(call) }],
          },
          { toolUseResult: { stdout: joined(call), stderr: '' } },
        ),
      ),
    ];
  });
}

function copilot(trajectory: Canonical): JsonObject[] {
  const line = (type: string, data: JsonObject): JsonObject => ({
    type,
    data,
    id: 'e',
    timestamp: NOW,
  });
  return [
    line('session.start', { sessionId: trajectory.id, producer: 'copilot-agent' }),
    ...events(
      trajectory,
      (texts) => [line('user.message', { content: texts.join('') })],
      (turn, i) => [
        line('assistant.message', {
          messageId: `m${String(i)}`,
          content: turn.said.join(''),
          ...(turn.thoughts.length > 0 ? { reasoningText: turn.thoughts.join('') } : {}),
          toolRequests: turn.calls.map((call) => ({
            toolCallId: call.id,
            name: call.name,
            arguments: call.args,
          })),
        }),
        ...answered(turn).map((call) =>
          line('tool.execution_complete', {
            toolCallId: call.id,
            success: true,
            result: { content: joined(call) },
          }),
        ),
      ],
    ),
  ];
}

function pi(trajectory: Canonical): JsonObject[] {
  const line = (message: JsonObject): JsonObject => ({
    type: 'message',
    id: 'a1',
    timestamp: NOW,
    message,
  });
  return [
    { type: 'session', version: 3, id: trajectory.id, timestamp: NOW, cwd: '/work' },
    ...events(
      trajectory,
      (texts) => [line({ role: 'user', content: texts.map(text) })],
      (turn) => [
        line({
          role: 'assistant',
          provider: 'p',
          model: 'm-1',
          content: [
            ...turn.thoughts.map((thinking) => ({ type: 'thinking', thinking })),
            ...turn.said.map(text),
            ...turn.calls.map((call) => ({
              type: 'toolCall',
              id: call.id,
              name: call.name,
              arguments: call.args,
            })),
          ],
        }),
        ...answered(turn).map((call) =>
          line({
            role: 'toolResult',
            toolCallId: call.id,
            toolName: call.name,
            content: [text(joined(call))],
            isError: call.result!.isError,
          }),
        ),
      ],
    ),
  ];
}

function kimi(trajectory: Canonical): JsonObject[] {
  const line = (type: string, payload: JsonObject): JsonObject => ({
    timestamp: 1.5,
    message: { type, payload },
  });
  return events(
    trajectory,
    (texts) => [line('TurnBegin', { user_input: texts.map(text) })],
    (turn, i) => [
      line('StepBegin', { n: i }),
      ...turn.thoughts.map((think) =>
        line('ContentPart', { type: 'think', think, encrypted: null }),
      ),
      ...turn.said.map((one) => line('ContentPart', text(one))),
      ...turn.calls.map((call) =>
        line('ToolCall', {
          type: 'function',
          id: call.id,
          function: { name: call.name, arguments: call.text },
        }),
      ),
      ...answered(turn).map((call) =>
        line('ToolResult', {
          tool_call_id: call.id,
          return_value: { is_error: false, output: joined(call), message: '', display: [] },
        }),
      ),
    ],
  );
}

function cursor(trajectory: Canonical): JsonObject[] {
  const line = (role: string, content: JsonObject[]): JsonObject => ({
    role,
    message: { content },
  });
  return events(
    trajectory,
    (texts) => [line('user', texts.map(text))],
    (turn) => [
      line('assistant', [
        ...turn.said.map(text),
        ...turn.calls.map((call) => ({ type: 'tool_use', name: call.name, input: call.args })),
      ]),
    ],
  );
}

const result = (call: Call): Text[] => [joined(call)];

const cursorSpans: SpanRules = { action: nameAndObject, result: () => [] };

function oneTurnEach(trajectory: Canonical): Canonical {
  const rounds = trajectory.rounds.map(({ turns, ...round }) => {
    const [thoughts, said] = [
      turns.flatMap((one) => one.thoughts),
      turns.flatMap((one) => one.said),
    ];
    return { ...round, turns: [{ thoughts, said, calls: turns.flatMap(({ calls }) => calls) }] };
  });
  return { ...trajectory, rounds };
}

function session(row: Omit<Extract<Dialect, { kind: 'session' }>, 'kind'>): Dialect {
  return { kind: 'session', ...row, can: { ...CAN, ...row.can }, spans: { result, ...row.spans } };
}

export const SESSIONS: readonly Dialect[] = [
  session({
    name: 'codex rollout',
    format: 'codex_rollout',
    can: { system: 'maybe' },
    spans: {
      more: () => [
        {
          step: 0,
          kind: 'other',
          text: '<environment_context>\n  <cwd>/work</cwd>\n</environment_context>',
        },
      ],
    },
    messages: { outline: false },
    write: codex,
  }),
  session({
    name: 'claude code',
    format: 'claude_code',
    can: { parts: true },
    spans: { action: nameAndObject },
    write: claudeCode,
  }),
  session({
    name: 'copilot cli',
    format: 'copilot_cli',
    can: {},
    spans: { action: nameAndObject },
    write: copilot,
  }),
  session({
    name: 'pi',
    format: 'pi_session',
    can: { parts: true },
    spans: { action: nameAndObject },
    write: pi,
  }),
  session({ name: 'kimi wire', format: 'kimi_wire', can: { parts: true }, write: kimi }),
  session({
    name: 'cursor transcript',
    format: 'cursor_transcript',
    // Results are not recorded, so nothing stands between the messages of one turn and the next.
    can: { thought: 'never' },
    spans: { all: (one) => wantedSpans(oneTurnEach(one), cursorSpans) },
    messages: 'none',
    write: cursor,
  }),
];
