import {
  get,
  getAny,
  is,
  isArray,
  isObject,
  isString,
  itemsOf,
  nested,
  str,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { unflatten } from './attributes.ts';
import {
  callPart,
  contentParts,
  type MessagePart,
  plainText,
  resultContents,
} from './messageParts.ts';
import { isResponseItem } from './responseItems.ts';
import { roleOf, type ChatRole } from './roles.ts';

/** A message of any maker that traces and frameworks record. `name`: its role as the file gives it. */
export interface TraceMessage {
  role: ChatRole;
  name: string;
  parts: MessagePart[];
  /** A response of its own, though nothing stands between it and the one before. */
  isNewTurn?: boolean;
}

/** Roles as LangChain's message classes name them. */
const CLASSES = new Map<string, ChatRole>([
  ['HumanMessage', 'user'],
  ['HumanMessageChunk', 'user'],
  ['AIMessage', 'assistant'],
  ['AIMessageChunk', 'assistant'],
  ['SystemMessage', 'system'],
  ['ToolMessage', 'tool'],
  ['FunctionMessage', 'tool'],
]);

const TYPES = /^(?:human|ai|system|tool|function|HumanMessage|AIMessage|AIMessageChunk)$/;

/** The messages in a value: a list, or an object that has them, or either as JSON in a string. */
export function messagesIn(value: JsonNode | null, depth = 0): TraceMessage[] {
  const node = nested(value);
  if (!node || depth > 6) return [];
  if (isArray(node)) return node.items.flatMap((item) => messagesIn(item, depth + 1));
  if (!isObject(node)) return [];
  const message = oneMessage(node);
  if (message.length > 0) return message;
  const system = systemOf(node);
  for (const key of CONTAINERS) {
    const found = messagesIn(get(node, key), depth + 1);
    if (found.length > 0) return [...system, ...found];
  }
  return [];
}

const CONTAINERS = [
  'messages',
  'new_messages',
  'contents',
  'chat_history',
  'choices',
  'candidates',
  'message',
  'content',
  'generations',
  'output',
  'response',
  'prompt',
  'data',
  'input',
  'inputs',
  'kwargs',
  'body',
  'result',
];

/** What requests give beside their messages. */
function systemOf(node: JsonNode): TraceMessage[] {
  const config = get(node, 'config');
  const value =
    getAny(node, 'system', 'instructions', 'system_instruction', 'systemInstruction') ??
    getAny(config, 'system_instruction', 'systemInstruction');
  return systemMessage(value);
}

export function systemMessage(value: JsonNode | null): TraceMessage[] {
  const node = isString(value) ? blocksIn(value) : value;
  const parts = contentParts(getAny(node, 'parts', 'content', 'text') ?? node);
  return parts.length > 0 ? [{ role: 'system', name: 'system', parts }] : [];
}

/** A text, or the list of blocks that it is. */
function blocksIn(value: JsonNode): JsonNode {
  const inner = nested(value);
  return isArray(inner) ? inner : value;
}

function oneMessage(given: JsonNode): TraceMessage[] {
  if (isToolDefinition(given)) return [];
  const whole = get(given, 'role') ? given : unflatten(given);
  const node = whole === given ? given : (get(whole, 'message') ?? whole);
  if (isResponseItem(node)) return responseItem(node);
  const role = messageRole(node);
  if (role !== null) return [readMessage(node, role)];
  const kind = str(get(node, 'kind'));
  if ((kind === 'request' || kind === 'response') && isArray(get(node, 'parts')))
    return kindMessages(node);
  const wrapped = get(node, 'message');
  return isObject(wrapped) && get(wrapped, 'role') ? oneMessage(wrapped) : [];
}

/** LangChain's callbacks list a model's tools behind its messages. */
function isToolDefinition(node: JsonNode): boolean {
  const definition = nested(get(node, 'role') && get(node, 'content'));
  return is(get(node, 'role'), 'tool') && get(get(definition, 'function'), 'parameters') !== null;
}

/** smolagents lists the agent's calls in a message of their own. */
function traceRole(name: string): ChatRole {
  const role = roleOf(name);
  return role === 'call' || name === 'tool-call' ? 'assistant' : role;
}

/** By `role`, by `type`, or by a serialised class; null for what is no message. */
function messageRole(node: JsonNode): { role: ChatRole; name: string } | null {
  const name = str(get(node, 'role'));
  if (name !== null) return { role: traceRole(name), name };
  const path = itemsOf(get(node, 'id'));
  const className = str(path[path.length - 1] ?? null) ?? str(get(node, 'type')) ?? '';
  const role = CLASSES.get(className);
  if (role) return { role, name: className };
  if (get(node, 'toolName') && (get(node, 'input') ?? get(node, 'args')))
    return { role: 'assistant', name: 'assistant' };
  const hasText = getAny(node, 'content', 'data') !== null;
  return hasText && TYPES.test(className) ? { role: roleOf(className), name: className } : null;
}

function readMessage(
  node: JsonNode,
  { role, name }: { role: ChatRole; name: string },
): TraceMessage {
  const data = get(node, 'data');
  const body = get(node, 'kwargs') ?? (isObject(data) && !get(node, 'content') ? data : node);
  const parts = contentParts(getAny(body, 'parts', 'content', 'contents', 'blocks'));
  if (role === 'tool') return { role, name, parts: toolParts(body, parts) };
  const thoughts = plainText(getAny(body, 'reasoning_content', 'reasoning', 'thinking'));
  if (thoughts) parts.unshift({ type: 'reasoning', slice: thoughts });
  const calls = callsOf(body);
  const isListed = calls.length > 0;
  const kept = isListed ? parts.filter(({ type }) => type !== 'call') : parts;
  return { role, name, parts: [...kept, ...calls] };
}

function callsOf(body: JsonNode): MessagePart[] {
  const extra = get(body, 'additional_kwargs');
  const lists = [
    getAny(body, 'tool_calls', 'toolCalls'),
    get(extra, 'tool_calls'),
    get(body, 'function_call'),
    get(extra, 'function_call'),
    get(body, 'toolName') ? body : null,
  ];
  for (const list of lists) {
    const node = nested(list);
    const calls = isObject(node) ? [node] : itemsOf(node).filter(isObject);
    if (calls.length > 0) return calls.map(callPart);
  }
  return [];
}

/** A tool's message is one result, unless its parts say which calls they answer. */
function toolParts(body: JsonNode, parts: MessagePart[]): MessagePart[] {
  if (parts.some(({ type }) => type === 'result')) return parts;
  const slices = parts.flatMap((part) => (part.type === 'text' ? [part.slice] : []));
  return [
    {
      type: 'result',
      callId: str(getAny(body, 'tool_call_id', 'toolCallId', 'call_id', 'id')),
      name: str(getAny(body, 'name', 'tool_name')),
      isError: str(get(body, 'status')) === 'error',
      slices: slices.length > 0 ? slices : resultContents(getAny(body, 'content', 'parts')),
    },
  ];
}

/** An item of the Responses API. */
function responseItem(item: JsonNode): TraceMessage[] {
  const type = str(get(item, 'type')) ?? '';
  if (get(item, 'role')) {
    const name = str(get(item, 'role')) ?? '';
    return [{ role: roleOf(name), name, parts: contentParts(get(item, 'content')) }];
  }
  if (type === 'reasoning') {
    const parts = contentParts(getAny(item, 'summary')).concat(contentParts(get(item, 'content')));
    const thoughts = parts.flatMap((part): MessagePart[] =>
      part.type === 'text' ? [{ type: 'reasoning', slice: part.slice }] : [part],
    );
    return [{ role: 'assistant', name: 'assistant', parts: thoughts }];
  }
  if (/(?:_output|_result)$/.test(type)) {
    const value = getAny(item, 'output', 'result', 'content');
    const part: MessagePart = {
      type: 'result',
      callId: str(getAny(item, 'call_id', 'tool_call_id')),
      name: str(get(item, 'name')),
      isError: false,
      slices: resultContents(value),
    };
    return [{ role: 'tool', name: 'tool', parts: [part] }];
  }
  return [{ role: 'assistant', name: 'assistant', parts: [callPart(item)] }];
}

/** pydantic-ai's messages: requests and responses, with parts by kind. */
function kindMessages(node: JsonNode): TraceMessage[] {
  return itemsOf(get(node, 'parts')).flatMap((part): TraceMessage[] => {
    const kind = str(get(part, 'part_kind'));
    const text = contentParts(get(part, 'content'));
    if (kind === 'system-prompt') return [{ role: 'system', name: kind, parts: text }];
    if (kind === 'user-prompt') return [{ role: 'user', name: kind, parts: text }];
    if (kind === 'tool-return' || kind === 'retry-prompt')
      return [{ role: 'tool', name: kind, parts: toolParts(part, []) }];
    if (kind === 'text') return [{ role: 'assistant', name: kind, parts: text }];
    if (kind === 'tool-call') return [{ role: 'assistant', name: kind, parts: [callPart(part)] }];
    if (kind !== 'thinking') return [];
    const slice = plainText(get(part, 'content'));
    return slice ? [{ role: 'assistant', name: kind, parts: [{ type: 'reasoning', slice }] }] : [];
  });
}
