import {
  content,
  get,
  getAny,
  isArray,
  itemsOf,
  isObject,
  isString,
  nested,
  rawText,
  str,
  textIncludes,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import type { Slice } from '../../text/source.ts';
import { Attributes } from './attributes.ts';
import { callPart, contentParts, plainText, type MessagePart } from './messageParts.ts';
import { messagesIn, systemMessage, type TraceMessage } from './traceMessages.ts';
import { eventsOf, type TraceSpan } from './traceSpans.ts';

/** What one span says of a conversation: what the model was given, and what it gave. */
export interface SpanMessages {
  input: TraceMessage[];
  output: TraceMessage[];
  /** Neither side is written as messages. */
  isPlain: boolean;
}

const INPUTS = [
  'llm.input_messages',
  'gen_ai.input.messages',
  'gen_ai.prompt',
  'ai.prompt.messages',
  'ai.prompt',
  'gcp.vertex.agent.llm_request',
  'langfuse.observation.input',
  'mlflow.spanInputs',
  'request_data',
  'request_body',
  'input.messages',
  'input',
  'inputs',
  'input.value',
  'traceloop.entity.input',
  'lmnr.span.input',
  'request',
];

const OUTPUTS = [
  'llm.output_messages',
  'gen_ai.output.messages',
  'gen_ai.completion',
  'ai.response.messages',
  'gcp.vertex.agent.llm_response',
  'langfuse.observation.output',
  'mlflow.spanOutputs',
  'response_data',
  'response_body',
  'span_data.response',
  'output',
  'outputs',
  'output.value',
  'traceloop.entity.output',
  'lmnr.span.output',
  'response',
];

const FLAT = new Set([
  'llm.input_messages',
  'llm.output_messages',
  'gen_ai.prompt',
  'gen_ai.completion',
]);

/** Both sides in one list, as pydantic-ai and Logfire keep it. */
const WHOLE = ['pydantic_ai.all_messages', 'all_messages_events', 'all_messages', 'events'];

export function messagesOf(span: TraceSpan): SpanMessages {
  const { attributes } = span;
  const events = eventMessages(span.node);
  let input = firstMessages(attributes, INPUTS);
  let output = firstMessages(attributes, OUTPUTS);
  if (output.length === 0) output = vercelOutput(attributes);
  if (input.length === 0) input = events.input;
  if (output.length === 0) output = events.output;
  if (input.length === 0) input = firstMessages(attributes, WHOLE);
  const isPlain = input.length + output.length === 0;
  if (input.length === 0 && span.role === 'model') input = plainInput(attributes);
  if (output.length === 0 && (span.role === 'model' || input.length > 0))
    output = plainOutput(attributes, span.role);
  const system = [
    ...systemMessage(attributes.at('gen_ai.system_instructions', 'system_instructions')),
    ...output.filter(({ role }) => role === 'system'),
  ];
  if (input.every(({ role }) => role !== 'system')) input = [...system.slice(0, 1), ...input];
  return { input, output: output.filter(({ role }) => role !== 'system'), isPlain };
}

function firstMessages(attributes: Attributes, names: readonly string[]): TraceMessage[] {
  for (const name of names) {
    const flat = FLAT.has(name) ? messagesIn(attributes.flat(name)) : [];
    if (flat.length > 0) return flat;
    const found = messagesIn(attributes.at(name));
    if (found.length > 0) return found;
  }
  return [];
}

/** The AI SDK keeps text, reasoning and calls of a response apart. */
function vercelOutput(attributes: Attributes): TraceMessage[] {
  const calls = nested(attributes.at('ai.response.toolCalls', 'ai.result.toolCalls'));
  const said: MessagePart[] = [
    ...asParts('reasoning', attributes.at('ai.response.reasoning')),
    ...asParts('text', attributes.at('ai.response.text', 'ai.result.text')),
    ...callParts(calls),
  ];
  const parts =
    said.length > 0
      ? said
      : asParts('text', attributes.at('ai.response.object', 'ai.result.object'));
  return parts.length > 0 ? [{ role: 'assistant', name: 'assistant', parts }] : [];
}

function asParts(type: 'text' | 'reasoning', value: JsonNode | null): MessagePart[] {
  const slice = content(value);
  return slice ? [{ type, slice }] : [];
}

/** What is asked of an agent as a whole, and its answer, as texts. */
export function plainMessages({ attributes }: TraceSpan): Pick<SpanMessages, 'input' | 'output'> {
  return { input: plainInput(attributes), output: plainOutput(attributes, 'around') };
}

/** A prompt without roles. */
function plainInput(attributes: Attributes): TraceMessage[] {
  const value = attributes.at(...INPUTS);
  const object = nested(value);
  const [system, asked] = isObject(object)
    ? [
        getAny(object, 'system', 'instructions'),
        getAny(object, 'prompt', 'question', 'query', 'input', 'text', 'task'),
      ]
    : [null, value];
  const slice = isString(asked) ? content(asked) : null;
  if (!slice) return [];
  return [
    ...systemMessage(system),
    { role: 'user', name: 'user', parts: [{ type: 'text', slice }] },
  ];
}

/** An answer that is no message: a text, or an object that was asked for. */
function plainOutput(attributes: Attributes, role: TraceSpan['role']): TraceMessage[] {
  const value = attributes.at(...OUTPUTS);
  const object = nested(value);
  const text = isObject(object)
    ? plainText(
        getAny(object, 'text', 'content', 'completion', 'generated_text', 'output', 'answer'),
      )
    : null;
  const slice = text ?? (isString(value) || role === 'model' ? content(value) : null);
  if (!slice) return [];
  return [{ role: 'assistant', name: 'assistant', parts: [{ type: 'text', slice }] }];
}

const EVENT = /^gen_ai\.(system|user|assistant|tool)\.message$/;

/** Messages as events of the span: what was given, and the choice that was made. */
function eventMessages(span: JsonNode): Pick<SpanMessages, 'input' | 'output'> {
  const found: Pick<SpanMessages, 'input' | 'output'> = { input: [], output: [] };
  for (const event of eventsOf(span)) {
    const name = str(getAny(event, 'event_name', 'event.name', 'name', 'eventName')) ?? '';
    const attributes = new Attributes(
      getAny(event, 'attributes', 'event_attributes'),
      get(event, 'body'),
      event,
    );
    const role = EVENT.exec(name)?.[1];
    if (role !== undefined) {
      const bodied = messagesIn(get(event, 'body'));
      const messages = bodied.length > 0 ? bodied : [eventMessage(role, attributes)];
      for (const message of messages) found.input.push(message);
    } else if (name === 'gen_ai.choice') {
      for (const message of choiceMessages(attributes)) found.output.push(message);
    } else if (name === 'gen_ai.content.prompt') {
      for (const message of messagesIn(attributes.at('gen_ai.prompt'))) found.input.push(message);
    } else if (name === 'gen_ai.content.completion') {
      const messages = messagesIn(attributes.at('gen_ai.completion'));
      for (const message of messages) found.output.push(message);
    }
  }
  return found;
}

function eventMessage(role: string, attributes: Attributes): TraceMessage {
  const calls = nested(attributes.at('tool_calls'));
  const parts = [
    ...contentParts(attributes.at('content', 'gen_ai.event.content')),
    ...callParts(calls),
  ];
  if (role !== 'tool') return { role: eventRole(role), name: role, parts };
  if (parts.some(({ type }) => type === 'result')) return { role: 'tool', name: role, parts };
  const slices: Slice[] = parts.flatMap((part) => (part.type === 'text' ? [part.slice] : []));
  const [callId, name] = [attributes.text('id'), attributes.text('name')];
  const result: MessagePart = { type: 'result', callId, name, isError: false, slices };
  return { role: 'tool', name: role, parts: [result] };
}

function eventRole(role: string): 'system' | 'user' | 'assistant' {
  return role === 'system' || role === 'assistant' ? role : 'user';
}

function choiceMessages(attributes: Attributes): TraceMessage[] {
  const message = attributes.at('message');
  const found = messagesIn(message);
  if (found.length > 0) return found;
  const body = nested(message);
  const calls = nested(getAny(body, 'tool_calls') ?? attributes.at('tool_calls'));
  const parts = [
    ...contentParts(isObject(body) ? get(body, 'content') : message),
    ...callParts(calls),
  ];
  return parts.length > 0 ? [{ role: 'assistant', name: 'assistant', parts }] : [];
}

function callParts(calls: JsonNode | null): MessagePart[] {
  return itemsOf(calls).filter(isObject).map(callPart);
}

const TOOLS = [
  'gen_ai.tool.definitions',
  'ai.prompt.tools',
  'input.tools',
  'inputs.tools',
  'request_body.tools',
  'extra.invocation_params.tools',
];

/** The tool definitions that a span gives, as JSON text. */
export function toolsOf({ attributes }: TraceSpan): string | null {
  const value = attributes.at(...TOOLS) ?? requestTools(attributes);
  const list = nested(value);
  if (!isArray(list) || !list.first || list.end === list.start) return null;
  if (!list.items.every((item) => isString(item))) return rawText(list);
  return `[${list.items.map((item) => str(item)).join(',')}]`;
}

function requestTools(attributes: Attributes): JsonNode | null {
  for (const name of ['llm.invocation_parameters', 'input.value', 'input']) {
    const value = attributes.at(name);
    if (!isString(value) || !textIncludes(value, /tools/)) continue;
    const tools = get(nested(value), 'tools');
    if (isArray(tools)) return tools;
  }
  return null;
}
