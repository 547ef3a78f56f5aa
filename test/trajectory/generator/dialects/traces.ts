import type { Abilities, Call, Canonical, Turn } from '../canonical.ts';
import type { Dialect } from '../dialect.ts';
import { stringOf, type Json, type JsonObject } from '../json.ts';
import { nameAndObject, type Text } from '../wanted.ts';
import { chatMessages, openaiCalls } from './chatMessages.ts';

const joined = (call: Call): string => call.result!.texts.join('\n');
const result = (call: Call): Text[] => [joined(call)];
const answered = ({ calls }: Turn): Call[] => calls.filter((call) => call.result);

/** The last model call of a trace has the whole conversation: what it was given, and its answer. */
const CAN: Abilities = { followUps: 'maybe', answer: 'always', thought: 'never' };

const ids = (n: number): JsonObject => ({
  trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  span_id: n.toString(16).padStart(16, '0'),
  start_time: `2025-06-01T10:00:${String(n).padStart(2, '0')}Z`,
});

function genAi(trajectory: Canonical): JsonObject[] {
  const say = (role: string, parts: JsonObject[]): JsonObject => ({ role, parts });
  const text = (content: string): JsonObject => ({ type: 'text', content });
  const system = trajectory.system === null ? [] : [say('system', [text(trajectory.system)])];
  return [
    ...system,
    ...trajectory.rounds.flatMap((round) => [
      say('user', round.user.map(text)),
      ...round.turns.flatMap((turn) => [
        say('assistant', [
          ...turn.thoughts.map((content) => ({ type: 'reasoning', content })),
          ...turn.said.map(text),
          ...turn.calls.map((call) => ({
            type: 'tool_call',
            id: call.id,
            name: call.name,
            arguments: call.args,
          })),
        ]),
        ...answered(turn).map((call) =>
          say('tool', [{ type: 'tool_call_response', id: call.id, response: joined(call) }]),
        ),
      ]),
    ]),
  ];
}

function vercel(trajectory: Canonical): JsonObject[] {
  const text = (one: string): JsonObject => ({ type: 'text', text: one });
  const system = trajectory.system === null ? [] : [{ role: 'system', content: trajectory.system }];
  return [
    ...system,
    ...trajectory.rounds.flatMap((round) => [
      { role: 'user', content: round.user.map(text) },
      ...round.turns.flatMap((turn): JsonObject[] => [
        {
          role: 'assistant',
          content: [
            ...turn.said.map(text),
            ...turn.calls.map((call) => ({
              type: 'tool-call',
              toolCallId: call.id,
              toolName: call.name,
              args: call.args,
            })),
          ],
        },
        ...answered(turn).map((call) => ({
          role: 'tool',
          content: [
            { type: 'tool-result', toolCallId: call.id, toolName: call.name, result: joined(call) },
          ],
        })),
      ]),
    ]),
  ];
}

/** A span for each model call, with all that went before. */
function spansOf(
  messages: JsonObject[],
  span: (given: JsonObject[], gave: JsonObject, n: number) => JsonObject,
): JsonObject[] {
  return messages.flatMap((message, i) =>
    message['role'] === 'assistant' ? [span(messages.slice(0, i), message, i)] : [],
  );
}

const genAiSpans = (one: Canonical): JsonObject[] =>
  spansOf(genAi(one), (given, gave, n) => ({
    name: 'chat m-1',
    ...ids(n),
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'm-1',
      'gen_ai.input.messages': JSON.stringify(given),
      'gen_ai.output.messages': JSON.stringify([{ ...gave, finish_reason: 'stop' }]),
    },
  }));

const vercelSpans = (one: Canonical): JsonObject[] =>
  spansOf(vercel(one), (given, gave, n) => {
    const parts = gave['content'] as JsonObject[];
    const texts = parts.flatMap((part) =>
      part['type'] === 'text' ? [stringOf(part['text'])] : [],
    );
    const calls = parts.filter((part) => part['type'] === 'tool-call');
    return {
      name: 'ai.generateText.doGenerate',
      ...ids(n),
      attributes: {
        'operation.name': 'ai.generateText.doGenerate',
        'ai.operationId': 'ai.generateText.doGenerate',
        'ai.prompt.messages': JSON.stringify(given),
        'ai.response.text': texts.join(''),
        ...(calls.length > 0 ? { 'ai.response.toolCalls': JSON.stringify(calls) } : {}),
      },
    };
  });

function flat(messages: JsonObject[], prefix: string): [string, Json][] {
  return messages.flatMap((message, i) => {
    const at = `llm.${prefix}.${String(i)}.message`;
    const calls = (message['tool_calls'] ?? []) as JsonObject[];
    const entries: [string, Json][] = [[`${at}.role`, message['role']!]];
    if (typeof message['content'] === 'string') entries.push([`${at}.content`, message['content']]);
    if (message['tool_call_id']) entries.push([`${at}.tool_call_id`, message['tool_call_id']]);
    calls.forEach((call, n) => {
      const body = call['function'] as JsonObject;
      const to = `${at}.tool_calls.${String(n)}.tool_call`;
      entries.push([`${to}.id`, call['id']!], [`${to}.function.name`, body['name']!]);
      entries.push([`${to}.function.arguments`, body['arguments']!]);
    });
    return entries;
  });
}

const chat = (one: Canonical): JsonObject[] => chatMessages(one, { calls: openaiCalls('text') });

const openInference = (one: Canonical): JsonObject[] =>
  spansOf(chat(one), (given, gave, n) => ({
    name: 'ChatCompletion',
    context: {
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      span_id: n.toString(16).padStart(16, '0'),
    },
    start_time: `2025-06-01T10:00:${String(n).padStart(2, '0')}Z`,
    attributes: {
      'openinference.span.kind': 'LLM',
      ...Object.fromEntries([...flat(given, 'input_messages'), ...flat([gave], 'output_messages')]),
    },
  }));

const langfuse = (one: Canonical): Json => ({
  trace: { id: one.id, name: 'agent' },
  observations: spansOf(chat(one), (input, output, n) => ({
    id: `o${String(n)}`,
    type: 'GENERATION',
    startTime: `2025-06-01T10:00:${String(n).padStart(2, '0')}Z`,
    input,
    output,
  })),
});

function lc(message: JsonObject): JsonObject {
  const classes: Record<string, string> = {
    user: 'HumanMessage',
    assistant: 'AIMessage',
    system: 'SystemMessage',
    tool: 'ToolMessage',
  };
  const calls = ((message['tool_calls'] ?? []) as JsonObject[]).map((call) => ({
    id: call['id']!,
    name: (call['function'] as JsonObject)['name']!,
    args: JSON.parse(stringOf((call['function'] as JsonObject)['arguments'])) as Json,
    type: 'tool_call',
  }));
  return {
    lc: 1,
    type: 'constructor',
    id: ['langchain', 'schema', 'messages', classes[stringOf(message['role'])]!],
    kwargs: {
      content: message['content'] ?? '',
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
      ...(message['tool_call_id']
        ? { tool_call_id: message['tool_call_id'], name: message['name']! }
        : {}),
    },
  };
}

const langSmith = (one: Canonical): JsonObject[] =>
  spansOf(chat(one), (given, gave, n) => ({
    id: `r${String(n)}`,
    name: 'ChatModel',
    run_type: 'llm',
    start_time: `2025-06-01T10:00:${String(n).padStart(2, '0')}Z`,
    inputs: { messages: [given.map(lc)] },
    outputs: { generations: [[{ text: '', message: lc(gave) }]] },
  }));

function session(
  name: string,
  format: string,
  write: (one: Canonical) => JsonObject[],
  action?: (call: Call) => Text[],
): Dialect {
  return {
    kind: 'session',
    name: `trace: ${name}`,
    format,
    can: CAN,
    spans: { result, ...(action ? { action } : {}) },
    write,
  };
}

export const TRACES: readonly Dialect[] = [
  session('OTel GenAI', 'otel_openinference', genAiSpans, nameAndObject),
  session('Vercel AI SDK', 'otel_openinference', vercelSpans, nameAndObject),
  session('OpenInference', 'otel_openinference', openInference),
  session('LangSmith', 'langsmith_runs', langSmith, nameAndObject),
  {
    kind: 'record',
    name: 'trace: Langfuse',
    format: 'otel_openinference',
    can: CAN,
    spans: { result },
    list: 'observations',
    write: langfuse,
  },
];
