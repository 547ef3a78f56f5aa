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
  isTrue,
  itemsOf,
  nested,
  str,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { decodedSource, type Slice } from '../../text/source.ts';
import { trim } from '../../text/trim.ts';
import type { SpanKind } from '../../types.ts';
import { agentText } from './agentText.ts';
import { isInjected } from './injected.ts';
import { chatRole, roleInChat, type ChatRole } from './roles.ts';
import { isSpokenResult, spokenResult } from './spokenResult.ts';
import { putThoughts, thoughtsOf } from './thoughts.ts';
import type { WhichCalls } from './tagSplitter.ts';
import { writtenCall } from './writtenCall.ts';

/** Who gives the results of calls: a role of their own, or the user's. */
export type ResultsFrom = 'tool' | 'user';

export interface ChatOptions {
  /** Assistant messages with the same key are one turn. */
  key?: string | null;
  /** The role, where it is not the message's `role`. */
  role?: ChatRole;
  results?: ResultsFrom;
}

/**
 * One message of a chat, with the liberties that files take with it: contents as a string or parts,
 * thinking and calls in parts or beside them, ShareGPT's names, results in the user's name.
 */
export function chatMessage(build: Builder, message: JsonNode, options: ChatOptions = {}): void {
  const role = options.role ?? roleInChat(build, message);
  const value = contentOf(message);
  const { isMasked } = build;
  build.isMasked ||= isExcluded(message);
  if (role === 'assistant') assistantMessage(build, message, options.key ?? null);
  else if (role === 'call') callMessage(build, value);
  else if (role === 'user') userMessage(build, value, options.results);
  else if (role === 'tool') toolMessage(build, message);
  else {
    build.outer(role);
    textParts(build, value, role);
  }
  build.isMasked = isMasked;
}

function contentOf(message: JsonNode): JsonNode | null {
  return getAny(message, 'content', 'value', 'text', 'system_prompt');
}

/** The file excludes the message from the loss: OpenAI's `weight`, ms-swift's `loss`, Axolotl's `train`. */
function isExcluded(message: JsonNode): boolean {
  for (const key of ['weight', 'loss', 'train', 'trainable']) {
    const value = get(message, key);
    if (value?.type === 'scalar' && /^(?:0(?:\.0*)?|false)$/.test(str(value) ?? '')) return true;
  }
  return false;
}

function callMessage(build: Builder, value: JsonNode | null): void {
  build.run();
  if (isString(value)) {
    const source = decodedSource(inside(value));
    writtenCall(build, source, { start: 0, end: source.text.length });
  } else {
    for (const call of isArray(value) ? value.items : [value]) {
      if (isObject(call)) chatCall(build, call);
    }
  }
}

function toolMessage(build: Builder, message: JsonNode): void {
  const value = contentOf(message);
  const results = itemsOf(value).filter(isResult);
  if (results.length > 0) {
    for (const part of results) toolResult(build, part);
    return;
  }
  build.result({
    callId: str(getAny(message, 'tool_call_id', 'toolCallId', 'call_id', 'id')),
    name: str(getAny(message, 'name', 'tool_name', 'toolName')),
    isError: isFailed(message),
  });
  textParts(build, value, 'observation');
}

function isFailed(result: JsonNode): boolean {
  return isTrue(getAny(result, 'is_error', 'isError')) || is(get(result, 'status'), 'error');
}

/** Each text of a content, which is a string, a list of parts, or an object that counts as a whole. */
export function textParts(build: Builder, value: JsonNode | null, kind: SpanKind): void {
  if (!isArray(value)) {
    build.put(kind, content(value));
    return;
  }
  for (const part of value.items) build.put(kind, textOfPart(part));
}

/** A user's content: text, and in some chats the results of tools. */
export function userMessage(
  build: Builder,
  value: JsonNode | null,
  results: ResultsFrom = 'tool',
): void {
  const parts = isArray(value) ? value.items : value ? [value] : [];
  const answers = results === 'user' && build.awaitsResult;
  const mayAnswer = answers || build.currentStep > 0;
  if (parts.length > 0 && parts.every(isWordless)) {
    if (answers) build.result();
    else build.wordlessUser();
    return;
  }
  let open: 'task' | 'other' | null = null;
  for (const part of parts) {
    if (isResult(part)) {
      toolResult(build, part);
      open = null;
      continue;
    }
    const text = textOfPart(part);
    if (!text) continue;
    const kind = isInjected(text) ? 'other' : 'task';
    if (kind === 'task' && (answers || (mayAnswer && isSpokenResult(text)))) {
      spokenResult(build, text);
      open = null;
      continue;
    }
    if (open !== kind) build.outer(kind);
    open = kind;
    build.put(kind, text);
  }
}

/** A picture, or a blank text. */
function isWordless(part: JsonNode): boolean {
  if (isResult(part)) return false;
  const text = textOfPart(part);
  return text === null || trim(text) === null;
}

function isResult(part: JsonNode): boolean {
  const type = get(part, 'type');
  if (!type || is(type, 'text')) return false;
  const name = str(type);
  return name !== null && /(?:tool_result|toolResult|tool-result|tool_call_response)$/.test(name);
}

function toolResult(build: Builder, part: JsonNode): void {
  build.result({
    callId: str(getAny(part, 'tool_use_id', 'toolUseId', 'tool_call_id', 'toolCallId', 'id')),
    name: str(getAny(part, 'name', 'toolName')),
    isError: isFailed(part),
  });
  textParts(build, getAny(part, 'content', 'output', 'result', 'response'), 'observation');
}

function assistantMessage(build: Builder, message: JsonNode, key: string | null): void {
  if (key === null) build.run();
  else build.turn(key);
  const calls = callsOf(message);
  const thoughts = thoughtsOf(message);
  putThoughts(build, thoughts);
  const value = contentOf(message);
  const where = calls.length > 0 ? 'elsewhere' : 'here';
  const parts = isArray(value) ? value.items : value ? [value] : [];
  for (const part of parts) assistantPart(build, part, where, thoughts);
  for (const call of calls) chatCall(build, call);
}

/** `thoughts`: those that the message gives beside its content, which may repeat them. */
export function assistantPart(
  build: Builder,
  part: JsonNode,
  calls: WhichCalls,
  thoughts: readonly Slice[] = [],
): void {
  const type = str(get(part, 'type'));
  if (type === 'thinking' || type === 'reasoning') {
    putThoughts(build, thoughtsOf(part, ['thinking', 'reasoning', 'text', 'value', 'content']));
  } else if (type !== null && CALLS.has(type)) {
    const written = get(part, 'value');
    if (isString(written)) callMessage(build, written);
    else chatCall(build, part);
  } else if (isResult(part)) {
    toolResult(build, part);
  } else {
    agentText(build, textOfPart(part), { calls, thoughts });
  }
}

/** Types of parts that are calls. */
const CALLS = new Set([
  ...['tool_use', 'server_tool_use', 'toolCall', 'tool_call', 'tool-call', 'function_call'],
]);

/** A part that is a string, or has one as `text` or, in LLaMA-Factory's parts, as `value`. */
export function textOfPart(part: JsonNode): Slice | null {
  if (isString(part)) return inside(part);
  const text = get(part, 'text') ?? (isTextPart(part) ? getAny(part, 'value', 'content') : null);
  if (isString(text)) return inside(text);
  const value = get(text, 'value');
  return isString(value) ? inside(value) : null;
}

function isTextPart(part: JsonNode): boolean {
  return is(get(part, 'type'), 'text') || is(get(part, 'type'), 'output_text');
}

/** The calls that a message lists beside its content, also as JSON in a string. */
function callsOf(message: JsonNode): JsonNode[] {
  const listed = itemsOf(nested(getAny(message, 'tool_calls', 'toolCalls'))).filter(isObject);
  const single = nested(get(message, 'function_call'));
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
