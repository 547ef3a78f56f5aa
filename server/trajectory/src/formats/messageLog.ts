import type { Builder } from '../assemble/builder.ts';
import {
  content,
  get,
  getAny,
  getPath,
  isArray,
  isFalse,
  isObject,
  isString,
  isTrue,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import type { Format } from './format.ts';
import { agentText } from './shared/agentText.ts';
import { chatMessage, textOfPart, textParts, userMessage } from './shared/chat.ts';
import { SPEAKER_FIELDS, speakerOf, speakerOfType } from './shared/speakers.ts';

/**
 * Logs of messages whose role stands in another field (`type`, `kind`, `sender` ...), among events that say
 * nothing: Grok, Letta, the Gemini CLI's stream, LangChain's messages, and many a program of one's own.
 */
export const messageLog: Format = {
  id: 'message_log',
  title: 'Messages by type',
  recordNames: nameBits(...SPEAKER_FIELDS),
  detect: ({ samples }) => reasonOf(samples),
  record(build, { value, range }) {
    if (!isObject(value)) return;
    if (!build.isOpen) build.trajectory(range.start);
    readRecord(build, value);
  },
};

/** A message by its type, or messages by their role among calls by their type. */
function reasonOf(records: readonly JsonNode[]): string | null {
  const said = records.find(isSaid);
  if (said) return `messages of type \`${speakerOfType(said)!.name}\``;
  const isCalled = (record: JsonNode): boolean =>
    speakerOfType(record)?.speaker === 'call' && nameOf(record) !== null && isNamedTool(record);
  const hasRoles = records.some((record) => isString(get(record, 'role')));
  return hasRoles && records.some(isCalled) ? 'messages and calls by type' : null;
}

function isNamedTool(record: JsonNode): boolean {
  return getAny(record, 'tool_name', 'toolName', 'tool_id', 'toolCallId', 'tool_call_id') !== null;
}

function isSaid(record: JsonNode): boolean {
  if (!isObject(record) || get(record, 'role')) return false;
  const speaker = speakerOfType(record)?.speaker;
  return (speaker === 'user' || speaker === 'agent') && textOf(record) !== null;
}

function bodyOf(record: JsonNode): JsonNode {
  const inner = getAny(record, 'message', 'data', 'payload', 'kwargs');
  return isObject(inner) ? inner : record;
}

const TEXTS = ['content', 'text', 'message', 'body', 'value', 'prompt', 'answer', 'thinking'];

function textOf(record: JsonNode): JsonNode | null {
  const text = getAny(bodyOf(record), ...TEXTS, 'reasoning', 'thought', 'summary');
  return isString(text) || isArray(text) ? text : null;
}

function readRecord(build: Builder, record: JsonNode): void {
  if (!isObject(record)) return;
  const speaker = speakerOf(record);
  const body = bodyOf(record);
  if (speaker === 'user') userMessage(build, textOf(record));
  else if (speaker === 'agent') agentMessage(build, record, body);
  else if (speaker === 'thought') {
    build.run();
    textParts(build, textOf(record), 'reasoning');
  } else if (speaker === 'call') toolCall(build, record);
  else if (speaker === 'result' && !isDefinition(record)) toolResult(build, record);
  else if (speaker === 'system' && textOf(record)) {
    build.outer('system');
    textParts(build, textOf(record), 'system');
  }
}

/** A tool's definition is of type `function` as well. */
function isDefinition(record: JsonNode): boolean {
  return isObject(get(record, 'function'));
}

function agentMessage(build: Builder, record: JsonNode, body: JsonNode): void {
  // CAMEL's
  const name = get(body, 'func_name');
  if (isString(name)) {
    build.run();
    build.call({ name: content(name), arguments: content(get(body, 'args')) });
    return;
  }
  if (getAny(body, 'content', 'tool_calls', 'toolCalls')) {
    chatMessage(build, body, { role: 'assistant' });
    return;
  }
  const value = textOf(record);
  build.run();
  const parts = isArray(value) ? value.items : value ? [value] : [];
  for (const part of parts) agentText(build, textOfPart(part));
}

const IDS = [
  ...['tool_call_id', 'toolCallId', 'call_id', 'callId', 'tool_use_id', 'toolUseId', 'tool_id'],
  ...['id', 'source_line_id'],
];
const RESULTS = [
  ...['tool_return', 'output', 'result', 'resultText', 'content', 'response', 'value', 'text'],
  ...['observation', 'message', 'error'],
];

function callOf(record: JsonNode): JsonNode {
  const body = bodyOf(record);
  const inner = getAny(body, 'tool_call', 'toolCall', 'function', 'call');
  return isObject(inner) ? inner : body;
}

function nameOf(record: JsonNode): JsonNode | null {
  const name = getAny(callOf(record), 'tool_name', 'toolName', 'name', 'tool', 'function');
  return isString(name) ? name : null;
}

function toolCall(build: Builder, record: JsonNode): void {
  const call = callOf(record);
  const id = str(getAny(call, ...IDS) ?? getAny(record, ...IDS));
  build.run();
  build.call({
    id,
    name: content(nameOf(record)),
    arguments: content(
      getAny(call, 'arguments', 'args', 'argsText', 'input', 'parameters', 'params', 'command'),
    ),
  });
  const result = getAny(call, 'resultText', 'result', 'output', 'tool_return');
  if (result) observed(build, { record: call, result, id });
}

function toolResult(build: Builder, record: JsonNode): void {
  const body = bodyOf(record);
  const id = str(getAny(body, ...IDS) ?? getAny(record, ...IDS));
  observed(build, { record: body, result: getAny(body, ...RESULTS), id });
}

function observed(
  build: Builder,
  { record, result, id }: { record: JsonNode; result: JsonNode | null; id: string | null },
): void {
  build.result({
    callId: id,
    name: str(getAny(record, 'tool_name', 'toolName', 'name')),
    isError: hasFailed(record),
  });
  textParts(build, result, 'observation');
}

function hasFailed(record: JsonNode): boolean {
  if (isTrue(getAny(record, 'is_error', 'isError'))) return true;
  if (isFalse(getAny(record, 'success', 'ok', 'resultOk'))) return true;
  const status = str(get(record, 'status')) ?? str(getPath(record, 'result', 'status'));
  return status === 'error' || status === 'failed' || status === 'failure';
}
