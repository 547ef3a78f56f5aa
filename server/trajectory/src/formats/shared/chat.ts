import type { Builder } from '../../build/builder.ts';
import {
  content,
  get,
  getAny,
  inside,
  is,
  isArray,
  isNull,
  isObject,
  isString,
  itemsOf,
  str,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/scanJson.ts';
import type { SpanKind } from '../../types.ts';
import { agentText } from './agentText.ts';

export type ChatRole = 'system' | 'user' | 'assistant' | 'tool' | 'other';

const ROLES: Record<string, ChatRole> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  ai: 'assistant',
  agent: 'assistant',
  model: 'assistant',
  gpt: 'assistant',
  tool: 'tool',
  function: 'tool',
  observation: 'tool',
  ipython: 'tool',
};

export function chatRole(message: JsonNode): ChatRole {
  const role = str(get(message, 'role'))?.toLowerCase();
  return (role !== undefined && ROLES[role]) || 'other';
}

export function isChatMessage(node: JsonNode | null): node is JsonNode {
  return isObject(node) && isString(get(node, 'role')) && !get(node, 'parts');
}

/** One message in the form of OpenAI's chat API, with the liberties that files take with it. */
export function chatMessage(build: Builder, message: JsonNode): void {
  const role = chatRole(message);
  if (role === 'assistant') {
    assistantMessage(build, message);
    return;
  }
  if (role === 'tool') {
    build.result({
      callId: str(getAny(message, 'tool_call_id', 'call_id', 'id')),
      name: str(getAny(message, 'name')),
    });
    textParts(build, get(message, 'content'), 'observation');
    return;
  }
  const kind = role === 'user' ? 'task' : role === 'system' ? 'system' : 'other';
  build.outer(kind);
  textParts(build, get(message, 'content'), kind);
}

/** Each text of a content, which is a string or a list of parts. */
export function textParts(build: Builder, value: JsonNode | null, kind: SpanKind): void {
  if (!isArray(value)) return void build.put(kind, content(value));
  for (const part of value.items) {
    if (isString(part)) build.put(kind, inside(part));
    else build.put(kind, textOfPart(part));
  }
}

function assistantMessage(build: Builder, message: JsonNode): void {
  build.turn();
  const calls = callsOf(message);
  const thoughts = getAny(message, 'reasoning_content', 'reasoning', 'thinking');
  if (isString(thoughts)) build.put('reasoning', inside(thoughts));
  const text = get(message, 'content');
  const where = calls.length > 0 ? 'elsewhere' : 'here';
  if (isString(text)) agentText(build, inside(text), { calls: where });
  for (const part of itemsOf(text)) {
    if (isString(part)) agentText(build, inside(part), { calls: where });
    else assistantPart(build, part, where);
  }
  for (const call of calls) chatCall(build, call);
}

function assistantPart(build: Builder, part: JsonNode, calls: 'here' | 'elsewhere'): void {
  if (is(get(part, 'type'), 'thinking') || is(get(part, 'type'), 'reasoning')) {
    build.put('reasoning', content(getAny(part, 'thinking', 'reasoning', 'text')));
  } else {
    agentText(build, textOfPart(part), { calls });
  }
}

function textOfPart(part: JsonNode): ReturnType<typeof content> {
  const text = get(part, 'text');
  return isString(text) ? inside(text) : null;
}

function callsOf(message: JsonNode): JsonNode[] {
  const listed = itemsOf(get(message, 'tool_calls')).filter(isObject);
  const single = get(message, 'function_call');
  return isObject(single) ? [...listed, single] : listed;
}

/** `{function: {name, arguments}}`, or flat `{name, arguments}`; arguments as a string or an object. */
export function chatCall(build: Builder, call: JsonNode): void {
  const inner = get(call, 'function');
  const body = isObject(inner) ? inner : call;
  const name = isString(inner) ? inner : getAny(body, 'name', 'tool_name');
  build.call({
    id: str(getAny(call, 'id', 'tool_call_id', 'call_id')),
    name: content(name),
    arguments: content(getAny(body, 'arguments', 'args', 'input', 'parameters')),
  });
}

/** Whether two messages say the same: same role and raw content. */
export function sameMessage(a: JsonNode, b: JsonNode): boolean {
  const [x, y] = [get(a, 'content'), get(b, 'content')];
  if (!x || !y || isNull(x) || isNull(y)) return false;
  const raw = (node: JsonNode): string => node.source.text.slice(node.start, node.end);
  return chatRole(a) === chatRole(b) && raw(x) === raw(y);
}
