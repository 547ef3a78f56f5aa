import type { SpanKind } from '@deepcoder/vocabulary';
import type { Builder } from '../../assemble/builder.ts';
import type { FoundPicture } from '../../assemble/placeHolders.ts';
import {
  content,
  get,
  getAny,
  getAnyOf,
  getPath,
  inside,
  is,
  isArray,
  isNull,
  isObject,
  isString,
  isTrue,
  itemsOf,
  mayHave,
  namesOf,
  nested,
  rawText,
  str,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { decodedSource, type Slice } from '../../text/source.ts';
import { trim } from '../../text/trim.ts';
import { agentText } from './agentText.ts';
import { isInjected } from './injected.ts';
import { chatRole, roleInChat, type ChatRole } from './roles.ts';
import { isSpokenResult, resultText, spokenResult } from './spokenResult.ts';
import { stretchJson } from './joinedNode.ts';
import { pictureOfPart, putPicture } from './pictureParts.ts';
import { isRepeated, putThoughts, thoughtsOf } from './thoughts.ts';
import { writtenCall, type WhichCalls } from './writtenCall.ts';

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

const CONTENTS = namesOf('content', 'value', 'text', 'system_prompt', 'blocks', 'message', 'items');

function contentOf(message: JsonNode): JsonNode | null {
  return getAnyOf(message, CONTENTS);
}

/** The file excludes the message from the loss: OpenAI's `weight`, ms-swift's `loss`, Axolotl's `train`. */
const MASKS = namesOf('weight', 'loss', 'train', 'trainable');

function isExcluded(message: JsonNode): boolean {
  if (!mayHave(message, MASKS)) return false;
  return MASKS.keys.some((key) => {
    const mask = get(message, key);
    return mask?.type === 'scalar' && /^(?:0(?:\.0*)?|false)$/.test(rawText(mask));
  });
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

const CALL_IDS = namesOf('tool_call_id', 'toolCallId', 'call_id', 'id');
const TOOL_NAMES = namesOf('name', 'tool_name', 'toolName');

function toolMessage(build: Builder, message: JsonNode): void {
  const value = contentOf(message);
  if (is(get(message, 'requestor'), 'user')) {
    // tau2's simulated user has tools of its own, whose results the agent never sees.
    build.outer('other');
    textParts(build, value, 'other');
    return;
  }
  if (itemsOf(value).some(isResult)) {
    for (const part of itemsOf(value)) if (isResult(part)) toolResult(build, part);
    return;
  }
  const callId = str(getAnyOf(message, CALL_IDS));
  const name = str(getAnyOf(message, TOOL_NAMES));
  if (callId === null && name === null && isString(value) && isSpokenResult(inside(value))) {
    spokenResult(build, inside(value));
    return;
  }
  build.result({ callId, name, isError: isFailed(message) });
  textParts(build, value, 'observation');
}

function isFailed(result: JsonNode): boolean {
  return isTrue(getAny(result, 'is_error', 'isError')) || is(get(result, 'status'), 'error');
}

/** Each text of a content, which is a string, a list of parts, or an object that counts as a whole. */
export function textParts(build: Builder, value: JsonNode | null, kind: SpanKind): void {
  if (!isArray(value)) {
    if (!isObject(value) || !putPicture(build, kind, value)) putText(build, content(value), kind);
    return;
  }
  for (const part of value.items) {
    const text = textOfPart(part) ?? content(get(part, 'json'));
    if (text || !putPicture(build, kind, part)) putText(build, text, kind);
  }
}

function putText(build: Builder, text: Slice | null, kind: SpanKind): void {
  if (kind === 'observation' && text) resultText(build, text);
  else build.put(kind, text);
}

/** A user's content: text, and in some chats the results of tools. */
export function userMessage(
  build: Builder,
  value: JsonNode | null,
  results: ResultsFrom = 'tool',
): void {
  const answers = results === 'user' && build.awaitsResult;
  if (isString(value) && !build.placeHolders) {
    userText(build, inside(value), answers);
    return;
  }
  const parts = isArray(value) ? value.items : value ? [value] : [];
  const mayAnswer = answers || build.currentStep > 0;
  if (parts.length > 0 && parts.every(isWordless)) {
    if (answers) build.result();
    else build.wordlessUser();
    for (const part of parts)
      putPicture(build, build.currentStep > 0 ? 'observation' : 'task', part);
    return;
  }
  let open: 'task' | 'other' | 'result' | null = null;
  let isAfterResult = false;
  // Pictures that come before the text that tells what message they belong to.
  let waiting: FoundPicture[] = [...(build.placeHolders?.leading() ?? [])];
  const show = (kind: SpanKind): void => {
    for (const found of waiting) build.picture(kind, found);
    waiting = [];
  };
  for (const part of parts) {
    if (isResult(part)) {
      toolResult(build, part);
      open = null;
      isAfterResult = true;
      continue;
    }
    const text = textOfPart(part);
    if (!text) {
      const found = pictureOfPart(build, part);
      if (found) waiting.push(found);
      if (open) show(open === 'result' ? 'observation' : open);
      continue;
    }
    const kind = isInjected(text) ? 'other' : 'task';
    if (kind === 'task' && open === 'result') {
      build.put('observation', text);
      continue;
    }
    if (kind === 'task' && (answers || (mayAnswer && isSpokenResult(text)))) {
      spokenResult(build, text);
      open = 'result';
      show('observation');
      continue;
    }
    if (open !== kind) build.outer(kind);
    open = kind;
    show(kind);
    build.put(kind, text);
  }
  if (waiting.length > 0 && isAfterResult) show('observation');
}

function userText(build: Builder, text: Slice, answers: boolean): void {
  if (!trim(text)) {
    if (answers) build.result();
    else build.wordlessUser();
  } else if (isInjected(text)) build.outer('other', text);
  else if (answers || (build.currentStep > 0 && isSpokenResult(text))) spokenResult(build, text);
  else build.outer('task', text);
}

/** A picture, or a blank text. */
function isWordless(part: JsonNode): boolean {
  if (isResult(part)) return false;
  const text = textOfPart(part);
  return text === null || trim(text) === null;
}

function isResult(part: JsonNode): boolean {
  const type = typeOfPart(part);
  if (!type) return isObject(heldResult(part));
  if (is(type, 'text')) return false;
  const name = str(type);
  return (
    name !== null &&
    /(?:tool_result|toolResult|tool-result|tool_call_response|function_result)$/.test(name)
  );
}

/** Semantic Kernel says it in another member. */
function typeOfPart(part: JsonNode): JsonNode | null {
  return get(part, 'type') ?? get(part, 'content_type');
}

/** Bedrock and Haystack name what a part is by its only key. */
function heldResult(part: JsonNode): JsonNode | null {
  return getAny(part, 'toolResult', 'tool_call_result');
}

function toolResult(build: Builder, part: JsonNode): void {
  const held = heldResult(part);
  const body = isObject(held) ? held : part;
  const id = getAny(body, 'tool_use_id', 'toolUseId', 'tool_call_id', 'toolCallId', 'id');
  build.result({
    callId: str(id ?? getPath(body, 'origin', 'id')),
    name: str(getAny(body, 'name', 'toolName')),
    isError: isFailed(body) || isTrue(get(body, 'error')),
  });
  const value = getAny(body, 'content', 'output', 'result', 'response');
  // The AI SDK says what kind of output it is.
  const typed = isString(get(value, 'type')) ? get(value, 'value') : null;
  textParts(build, typed ?? value, 'observation');
}

function assistantMessage(build: Builder, message: JsonNode, key: string | null): void {
  if (key === null) build.run();
  else build.turn(key);
  const calls = callsOf(message);
  const value = contentOf(message);
  if (isTrue(get(message, 'isThought'))) {
    textParts(build, value, 'reasoning');
    return;
  }
  const given = thoughtsOf(message);
  const thoughts = isString(get(message, 'action'))
    ? given.filter((thought) => !repeats(value, thought))
    : given;
  putThoughts(build, thoughts);
  const where = calls.length > 0 ? 'elsewhere' : 'here';
  if (isString(value)) {
    const text = inside(value);
    if (key === null && trim(text)) build.run();
    agentText(build, text, { calls: where, thoughts });
  }
  const parts = isArray(value) ? value.items : value && !isString(value) ? [value] : [];
  for (const part of parts) {
    // What follows a result in the same message is said after it: the next turn.
    if (key === null && goesOn(part)) build.run();
    assistantPart(build, part, where, thoughts);
  }
  for (const call of calls) chatCall(build, call);
  for (const call of calls) invocationResult(build, call);
}

/** The AI SDK's older chats keep the result in the call. */
function invocationResult(build: Builder, call: JsonNode): void {
  if (!is(get(call, 'state'), 'result')) return;
  build.result({ callId: str(get(call, 'toolCallId')) });
  textParts(build, get(call, 'result'), 'observation');
}

function goesOn(part: JsonNode): boolean {
  const text = textOfPart(part);
  return !isResult(part) && (text === null || trim(text) !== null);
}

/** Whether the content is the thought once more, as in SWE-agent's messages, which name the action as well. */
function repeats(value: JsonNode | null, thought: Slice): boolean {
  const text = isString(value) ? inside(value) : textOfPart(itemsOf(value)[0] ?? value!);
  return text !== null && isRepeated(decodedSource(text).text, [thought]);
}

/** `thoughts`: those that the message gives beside its content, which may repeat them. */
export function assistantPart(
  build: Builder,
  part: JsonNode,
  calls: WhichCalls,
  thoughts: readonly Slice[] = [],
): void {
  const type = str(typeOfPart(part));
  if (type === null ? get(part, 'reasoningContent') !== null : THOUGHTS.has(type)) {
    putThoughts(build, thoughtsOf(part, THOUGHT_TEXTS));
  } else if (type === null ? isObject(heldCall(part)) : CALLS.has(type)) {
    const written = get(part, 'value');
    if (calls === 'elsewhere') return;
    if (isString(written)) callMessage(build, written);
    else chatCall(build, part);
  } else if (isResult(part)) {
    toolResult(build, part);
  } else {
    const text = textOfPart(part);
    if (text || !putPicture(build, 'answer', part)) agentText(build, text, { calls, thoughts });
  }
}

const THOUGHTS = new Set(['thinking', 'reasoning', 'think']);
const THOUGHT_TEXTS = namesOf(
  ...['thinking', 'reasoning', 'think', 'reasoningContent', 'text', 'value', 'content'],
);

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

const CALL_LISTS = namesOf('tool_calls', 'toolCalls', 'toolInvocations');
const NO_CALLS: readonly JsonNode[] = [];

/** The calls that a message lists beside its content, also as JSON in a string. */
function callsOf(message: JsonNode): readonly JsonNode[] {
  const more = get(message, 'additional_kwargs');
  const calls = getAnyOf(message, CALL_LISTS) ?? get(more, 'tool_calls');
  const single = nested(get(message, 'function_call') ?? get(more, 'function_call'));
  if (!calls && !single) return NO_CALLS;
  const listed = itemsOf(nested(calls)).filter(isObject);
  return isObject(single) ? [...listed, single] : listed;
}

function heldCall(part: JsonNode): JsonNode | null {
  return getAny(part, 'toolUse', 'tool_call');
}

const IDS_OF_CALLS = namesOf('id', 'tool_call_id', 'toolCallId', 'call_id', 'toolUseId');
const ARGUMENTS = namesOf('arguments', 'args', 'input', 'parameters');

/** `{function: {name, arguments}}`, or flat `{name, arguments}`; arguments as a string or an object. */
export function chatCall(build: Builder, call: JsonNode): void {
  const inner = get(call, 'function') ?? heldCall(call);
  const body = isObject(inner) ? inner : call;
  const name = isString(inner) ? inner : getAnyOf(body, TOOL_NAMES);
  const id = str(getAnyOf(call, IDS_OF_CALLS) ?? getAnyOf(body, IDS_OF_CALLS));
  const args = getAnyOf(body, ARGUMENTS);
  build.call({
    id,
    name: content(name),
    arguments: content(args),
    json: args && stretchJson(args),
  });
  // LibreChat keeps the result in the call.
  const output = is(get(call, 'type'), 'tool_call') ? get(body, 'output') : null;
  if (output && body !== call) {
    build.result({ callId: id });
    textParts(build, output, 'observation');
  }
}

/** Whether two messages say the same: same role and raw content. */
export function sameMessage(a: JsonNode, b: JsonNode): boolean {
  const [x, y] = [get(a, 'content'), get(b, 'content')];
  if (!x || !y || isNull(x) || isNull(y)) return false;
  const raw = (node: JsonNode): string => node.source.text.slice(node.start, node.end);
  return chatRole(a) === chatRole(b) && raw(x) === raw(y);
}
