import type { Builder } from '../../build/builder.ts';
import {
  content,
  get,
  getAny,
  inside,
  is,
  isArray,
  isObject,
  isString,
  itemsOf,
  nested,
  str,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { agentText } from './agentText.ts';
import { assistantPart, chatCall, textOfPart } from './chat.ts';
import { roleOf, type ChatRole } from './roles.ts';
import { isInjected } from './injected.ts';
import { isResponseItem, responseItem } from './responseItems.ts';

/** Roles as LangChain's message classes name them. */
const CLASSES: Record<string, ChatRole> = {
  HumanMessage: 'user',
  AIMessage: 'assistant',
  AIMessageChunk: 'assistant',
  SystemMessage: 'system',
  ToolMessage: 'tool',
  FunctionMessage: 'tool',
};

/** A message of any maker that traces record: by `role`, by `type`, or a serialised LangChain class. */
export function messageRole(message: JsonNode): ChatRole | null {
  const role = str(getAny(message, 'role', 'message.role'));
  if (role !== null) return roleOf(role);
  const path = itemsOf(get(message, 'id'));
  const named = CLASSES[str(path[path.length - 1] ?? null) ?? ''];
  if (named) return named;
  if (get(message, 'toolName') && get(message, 'input')) return 'assistant';
  const type = str(get(message, 'type'));
  const hasText = get(message, 'content') !== null;
  return type !== null && hasText && /^(?:human|ai|system|tool|function)$/.test(type)
    ? roleOf(type)
    : null;
}

/** The messages in a value: a list, `{messages}`, `{choices}`, or any of these as JSON in a string. */
export function messagesIn(value: JsonNode | null, depth = 0): JsonNode[] {
  const node = nested(value);
  if (!node || depth > 4) return [];
  if (isArray(node)) {
    const inner = node.items.flatMap((item) => (isArray(item) ? item.items : [item]));
    const messages = inner.filter((item) => messageRole(item) !== null || isResponseItem(item));
    return messages.length > 0
      ? messages
      : node.items.flatMap((item) => messagesIn(item, depth + 1));
  }
  if (!isObject(node)) return [];
  const prompt = get(node, 'prompt');
  if (isArray(prompt)) return messagesIn(prompt, depth + 1);
  if (messageRole(node) !== null || isResponseItem(node)) return [node];
  for (const key of [
    'messages',
    'choices',
    'message',
    'generations',
    'output',
    'data',
    'input',
    'inputs',
  ]) {
    const found = messagesIn(get(node, key), depth + 1);
    if (found.length > 0) return found;
  }
  return [];
}

export function traceMessage(build: Builder, message: JsonNode): void {
  const role = messageRole(message);
  if (role === null) {
    responseItem(build, message);
    return;
  }
  const body = get(message, 'kwargs') ?? message;
  if (role === 'assistant') {
    if (get(body, 'toolName')) {
      build.run();
      toolCallPart(build, body);
      return;
    }
    build.turn();
    assistantBody(build, body);
  } else if (role === 'tool') {
    build.result({ callId: str(getAny(body, 'tool_call_id', 'id')), name: str(get(body, 'name')) });
    outerParts(build, body, 'observation');
  } else {
    const kind = role === 'user' ? 'task' : role === 'call' ? 'other' : role;
    build.outer(kind);
    outerParts(build, body, kind);
  }
}

export function partsOf(body: JsonNode): readonly JsonNode[] {
  const value = getAny(body, 'parts', 'content', 'contents');
  return isArray(value) ? value.items : value ? [value] : [];
}

function assistantBody(build: Builder, body: JsonNode): void {
  const thoughts = getAny(body, 'reasoning_content', 'reasoning');
  if (isString(thoughts)) build.put('reasoning', inside(thoughts));
  const calls = itemsOf(getAny(body, 'tool_calls', 'toolCalls')).filter(isObject);
  for (const part of partsOf(body)) {
    const type = str(get(part, 'type'));
    if (type === 'tool_call' || type === 'tool-call') toolCallPart(build, part);
    else if (type === 'text') agentText(build, content(getAny(part, 'content', 'text')));
    else if (type === 'reasoning')
      build.put('reasoning', content(getAny(part, 'content', 'text', 'reasoning')));
    else if (type !== 'tool_use' || calls.length === 0) {
      assistantPart(build, part, calls.length > 0 ? 'elsewhere' : 'here');
    }
  }
  for (const call of calls) chatCall(build, call);
}

function toolCallPart(build: Builder, part: JsonNode): void {
  build.call({
    id: str(getAny(part, 'id', 'toolCallId')),
    name: content(getAny(part, 'name', 'toolName')),
    arguments: content(getAny(part, 'arguments', 'input', 'args')),
  });
}

function outerParts(
  build: Builder,
  body: JsonNode,
  kind: 'task' | 'system' | 'other' | 'observation',
): void {
  for (const part of partsOf(body)) {
    const type = str(get(part, 'type')) ?? '';
    if (/^tool[_-](?:call_response|result)$/.test(type)) {
      build.result({ callId: str(getAny(part, 'id', 'tool_use_id', 'toolCallId')) });
      build.put('observation', content(getAny(part, 'response', 'result', 'output', 'content')));
      continue;
    }
    const text =
      textOfPart(part) ?? content(is(get(part, 'type'), 'text') ? get(part, 'content') : null);
    if (text && kind === 'task' && isInjected(text)) build.put('other', text);
    else build.put(kind, text ?? (kind === 'observation' ? content(part) : null));
  }
}
