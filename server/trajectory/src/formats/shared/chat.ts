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
import type { JsonNode } from '../../json/jsonTree.ts';
import type { Slice } from '../../text/source.ts';
import type { SpanKind } from '../../types.ts';
import { agentText } from './agentText.ts';
import { isInjected, isSpokenResult } from './injected.ts';
import type { WhichCalls } from './tagSplitter.ts';

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
  toolresult: 'tool',
  tool_result: 'tool',
};

export function roleOf(name: string | null): ChatRole {
  return ROLES[name?.toLowerCase() ?? ''] ?? 'other';
}

export function chatRole(message: JsonNode): ChatRole {
  return roleOfNode(get(message, 'role'));
}

/** The common names are told without making strings of them. */
export function roleOfNode(node: JsonNode | null): ChatRole {
  if (is(node, 'assistant')) return 'assistant';
  if (is(node, 'user')) return 'user';
  if (is(node, 'tool')) return 'tool';
  if (is(node, 'system')) return 'system';
  return roleOf(str(node));
}

export function isChatMessage(node: JsonNode | null): node is JsonNode & { type: 'object' } {
  return isObject(node) && isString(get(node, 'role')) && !get(node, 'parts');
}

export interface ChatOptions {
  /** Assistant messages with the same key are one turn. */
  key?: string | null;
  /** The role, where it is not the message's `role`. */
  role?: ChatRole;
}

/**
 * One message of OpenAI's or Anthropic's chat API, with the liberties that files take with them:
 * contents as a string or blocks, thinking and calls in blocks or beside them.
 */
export function chatMessage(build: Builder, message: JsonNode, options: ChatOptions = {}): void {
  const role = options.role ?? chatRole(message);
  if (role === 'assistant') assistantMessage(build, message, options.key ?? null);
  else if (role === 'user') userMessage(build, get(message, 'content'));
  else if (role === 'tool') toolMessage(build, message);
  else {
    build.outer(role);
    textParts(build, get(message, 'content'), role);
  }
}

function toolMessage(build: Builder, message: JsonNode): void {
  build.result({
    callId: str(getAny(message, 'tool_call_id', 'toolCallId', 'call_id', 'id')),
    name: str(getAny(message, 'name', 'tool_name', 'toolName')),
  });
  textParts(build, get(message, 'content'), 'observation');
}

/** Each text of a content, which is a string, a list of parts, or an object that counts as a whole. */
export function textParts(build: Builder, value: JsonNode | null, kind: SpanKind): void {
  if (!isArray(value)) {
    build.put(kind, content(value));
    return;
  }
  for (const part of value.items) build.put(kind, textOfPart(part));
}

/** A user's content: text, and in Anthropic's form the results of tools. */
export function userMessage(build: Builder, value: JsonNode | null): void {
  const parts = isArray(value) ? value.items : value ? [value] : [];
  let open: 'task' | 'other' | null = null;
  for (const part of parts) {
    if (isResult(part)) {
      toolResult(build, part);
      open = null;
      continue;
    }
    const text = textOfPart(part);
    if (!text) continue;
    if (isSpokenResult(text)) {
      build.result();
      build.put('observation', text);
      open = null;
      continue;
    }
    const kind = isInjected(text) ? 'other' : 'task';
    if (open !== kind) build.outer(kind);
    open = kind;
    build.put(kind, text);
  }
}

function isResult(part: JsonNode): boolean {
  const type = get(part, 'type');
  if (!type || is(type, 'text')) return false;
  const name = str(type);
  return name !== null && (name.endsWith('tool_result') || name === 'toolResult');
}

function toolResult(build: Builder, part: JsonNode): void {
  build.result({ callId: str(getAny(part, 'tool_use_id', 'toolUseId', 'tool_call_id')) });
  textParts(build, get(part, 'content'), 'observation');
}

function assistantMessage(build: Builder, message: JsonNode, key: string | null): void {
  build.turn(key);
  const calls = callsOf(message);
  const thoughts = getAny(message, 'reasoning_content', 'reasoning', 'thinking');
  if (isString(thoughts)) build.put('reasoning', inside(thoughts));
  const value = get(message, 'content');
  const where = calls.length > 0 ? 'elsewhere' : 'here';
  const parts = isArray(value) ? value.items : value ? [value] : [];
  for (const part of parts) assistantPart(build, part, where);
  for (const call of calls) chatCall(build, call);
}

export function assistantPart(build: Builder, part: JsonNode, calls: WhichCalls): void {
  const type = str(get(part, 'type'));
  if (type === 'thinking' || type === 'reasoning') {
    build.put('reasoning', content(getAny(part, 'thinking', 'reasoning', 'text')));
  } else if (type === 'tool_use' || type === 'server_tool_use' || type === 'toolCall') {
    chatCall(build, part);
  } else if (isResult(part)) {
    toolResult(build, part);
  } else {
    agentText(build, textOfPart(part), { calls });
  }
}

/** A part that is a string, or has one as `text`. */
export function textOfPart(part: JsonNode): Slice | null {
  const text = isString(part) ? part : get(part, 'text');
  return isString(text) ? inside(text) : null;
}

function callsOf(message: JsonNode): JsonNode[] {
  const listed = itemsOf(getAny(message, 'tool_calls', 'toolCalls')).filter(isObject);
  const single = get(message, 'function_call');
  return isObject(single) ? [...listed, single] : listed;
}

/** `{function: {name, arguments}}`, or flat `{name, arguments}`; arguments as a string or an object. */
export function chatCall(build: Builder, call: JsonNode): void {
  const inner = get(call, 'function');
  const body = isObject(inner) ? inner : call;
  const name = isString(inner) ? inner : getAny(body, 'name', 'tool_name', 'toolName');
  build.call({
    id: str(getAny(call, 'id', 'tool_call_id', 'toolCallId', 'call_id')),
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
