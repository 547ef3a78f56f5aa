import type { Call, Canonical, Turn } from '../canonical.ts';
import type { Dialect } from '../dialect.ts';
import { stringOf, type JsonObject } from '../json.ts';
import type { Text } from '../wanted.ts';

const joined = (call: Call): string => call.result!.texts.join('\n');
const text = (value: string): JsonObject => ({ type: 'text', text: value });

function v0(trajectory: Canonical, withCalls: boolean): JsonObject[] {
  let id = 0;
  let response = 0;
  const event = (source: string, body: JsonObject): JsonObject => ({
    id: (id += 1),
    timestamp: '2025-06-01T10:00:00',
    source,
    message: 'see below',
    ...body,
  });
  const act = (turn: Turn): JsonObject[] => {
    response += 1;
    const message = {
      role: 'assistant',
      content: turn.said[0] ?? '',
      tool_calls: turn.calls.map((call) => ({
        id: call.id,
        type: 'function',
        function: { name: call.name, arguments: call.text },
      })),
    };
    const metadata = (call: Call): JsonObject =>
      withCalls
        ? {
            tool_call_metadata: {
              tool_call_id: call.id,
              function_name: call.name,
              model_response: { id: `r${String(response)}`, choices: [{ index: 0, message }] },
            },
          }
        : {};
    return turn.calls.flatMap((call, i) => {
      const args = {
        command: withCalls ? 'ls' : stringOf(call.args['command']),
        thought: i === 0 ? (turn.said[0] ?? '') : '',
        is_input: false,
      };
      const action = event('agent', { action: 'run', args, ...metadata(call) });
      if (!call.result) return [action];
      return [
        action,
        event('agent', {
          observation: 'run',
          content: joined(call),
          cause: id,
          extras: { exit_code: 0 },
          ...metadata(call),
        }),
      ];
    });
  };
  return trajectory.rounds.flatMap((round) => [
    event('user', { action: 'message', args: { content: round.user.join(''), image_urls: null } }),
    ...round.turns.flatMap((turn) =>
      turn.calls.length > 0
        ? act(turn)
        : [
            event('agent', {
              action: 'message',
              args: { content: turn.said.join(''), wait_for_response: true },
            }),
          ],
    ),
  ]);
}

function v1(trajectory: Canonical): JsonObject[] {
  let id = 0;
  let response = 0;
  const event = (kind: string, source: string, body: JsonObject): JsonObject => ({
    id: `e${String((id += 1))}`,
    timestamp: '2025-06-01T10:00:00',
    source,
    ...body,
    kind,
  });
  const message = (
    source: string,
    role: string,
    texts: string[],
    more: JsonObject = {},
  ): JsonObject =>
    event('MessageEvent', source, {
      llm_message: { role, content: texts.map(text), ...more },
      activated_skills: [],
    });
  const turn = (one: Turn): JsonObject[] => {
    response += 1;
    const thinking = one.thoughts.length > 0 ? { reasoning_content: one.thoughts.join('') } : {};
    if (one.calls.length === 0) return [message('agent', 'assistant', one.said, thinking)];
    const actions = one.calls.map((call, i) =>
      event('ActionEvent', 'agent', {
        thought: i === 0 ? one.said.map(text) : [],
        ...(i === 0 ? thinking : {}),
        action: { kind: 'Action', ...call.args },
        tool_name: call.name,
        tool_call_id: call.id,
        tool_call: { id: call.id, name: call.name, arguments: call.text, origin: 'completion' },
        llm_response_id: `r${String(response)}`,
      }),
    );
    const results = one.calls
      .filter((call) => call.result)
      .map((call) =>
        event('ObservationEvent', 'environment', {
          tool_name: call.name,
          tool_call_id: call.id,
          observation: {
            kind: 'Observation',
            content: call.result!.texts.map(text),
            is_error: call.result!.isError,
          },
          action_id: 'a1',
        }),
      );
    return [...actions, ...results];
  };
  const system =
    trajectory.system === null
      ? []
      : [
          event('SystemPromptEvent', 'agent', {
            system_prompt: text(trajectory.system),
            tools: [],
          }),
        ];
  return [
    ...system,
    ...trajectory.rounds.flatMap((round) => [
      message('user', 'user', round.user),
      ...round.turns.flatMap(turn),
    ]),
  ];
}

const result = (call: Call): Text[] => [joined(call)];
const V0 = { system: 'never', thought: 'never', followUps: 'maybe', open: true } as const;
const PLAIN = {
  ...V0,
  calls: 1,
  said: 'always',
  args: { one: 'command' },
  names: ['run'],
} as const;

export const OPEN_HANDS: readonly Dialect[] = [
  // Each call of a response is answered before the next.
  {
    kind: 'session',
    name: 'openhands 0: events',
    format: 'openhands_events',
    can: V0,
    spans: { result },
    messages: { outline: false },
    write: (one) => v0(one, true),
  },
  {
    kind: 'record',
    name: 'openhands 0: history',
    format: 'openhands_events',
    can: V0,
    spans: { result },
    messages: { outline: false },
    list: 'history',
    write: (one) => ({
      instance_id: one.id,
      instruction: 'x',
      history: v0(one, true),
      metrics: {},
    }),
  },
  {
    kind: 'session',
    name: 'openhands 0: events without model calls',
    format: 'openhands_events',
    can: PLAIN,
    spans: { result, action: (call) => ['run', stringOf(call.args['command'])] },
    messages: { values: false, ids: false },
    write: (one) => v0(one, false),
  },
  {
    kind: 'session',
    name: 'openhands 1: events',
    format: 'openhands_v1',
    can: { followUps: 'maybe', open: true, parts: true },
    spans: { thoughts: ({ thoughts }) => [thoughts.join('')] },
    write: v1,
  },
  {
    kind: 'record',
    name: 'openhands 1: list',
    format: 'openhands_v1',
    can: { followUps: 'maybe', open: true, parts: true },
    spans: { thoughts: ({ thoughts }) => [thoughts.join('')] },
    list: 'events',
    write: (one) => ({ id: one.id, events: v1(one) }),
  },
];
