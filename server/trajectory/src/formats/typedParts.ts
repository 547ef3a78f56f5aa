import type { Builder } from '../assemble/builder.ts';
import {
  arrayOf,
  content,
  firstItems,
  get,
  getAny,
  is,
  isArray,
  isObject,
  isString,
  itemsOf,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { plainSlice, type Slice } from '../text/source.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { emitMessage } from './shared/emitMessage.ts';
import {
  contentParts,
  resultContents,
  type MessagePart,
  type ResultPart,
} from './shared/messageParts.ts';
import { messageListOf } from './shared/messageLists.ts';
import { roleOf } from './shared/roles.ts';
import { recordTools } from './shared/tools.ts';
import { messagesIn } from './shared/traceMessages.ts';

const list: RecordList = {
  of: messagesOf,
  begin(build, record) {
    build.trajectory(record.rawStart, str(getAny(record, 'id', 'session_id', 'chatId')));
    recordTools(build, record);
    const system = getAny(record, 'system', 'system_prompt', 'instructions');
    if (isString(system)) build.outer('system', content(system));
  },
  item: readMessage,
};

/**
 * Messages of `parts` that each say what they are: the AI SDK's chats, where a tool's part has its result,
 * Crush's, whose parts have their contents in `data`, and Pydantic AI's requests and responses.
 */
export const typedParts: Format = {
  id: 'typed_parts',
  title: 'Messages of typed parts',
  messageNames: nameBits('parts'),
  detect({ samples }) {
    for (const sample of samples) {
      const message = [sample, ...firstItems(messagesOf(sample))].find(isMessage);
      if (message) return `messages with parts of type \`${typeOf(firstTyped(message)!)}\``;
    }
    return null;
  },
  record(build, { value, range }) {
    if (isMessage(value)) {
      if (!build.isOpen) build.trajectory(range.start);
      readMessage(build, value);
    } else if (messagesOf(value)) readList(list, build, value);
  },
  list: { ...list, of: (record) => (isMessage(record) ? null : list.of(record)) },
};

function messagesOf(record: JsonNode): JsonNode | null {
  if (isArray(record)) return firstItems(record).some(isMessage) ? record : null;
  return messageListOf(record, isMessage)?.list ?? arrayOf(namedList(record));
}

/** Pydantic AI's runs have their messages under such a name. */
function namedList(record: JsonNode): JsonNode | null {
  const found = getAny(record, 'all_messages', 'message_history', 'new_messages');
  return firstItems(found).some(isMessage) ? found : null;
}

function isMessage(node: JsonNode): boolean {
  if (!isObject(node) || !isArray(get(node, 'parts'))) return false;
  return (isString(get(node, 'role')) || isKind(node)) && firstTyped(node) !== null;
}

function isKind(node: JsonNode): boolean {
  return is(get(node, 'kind'), 'request') || is(get(node, 'kind'), 'response');
}

function firstTyped(message: JsonNode): JsonNode | null {
  return itemsOf(get(message, 'parts')).find((part) => typeOf(part) !== '') ?? null;
}

function typeOf(part: JsonNode): string {
  return str(getAny(part, 'type', 'part_kind', 'kind')) ?? '';
}

function readMessage(build: Builder, message: JsonNode): void {
  if (!isObject(message)) return;
  if (isKind(message)) {
    if (is(get(message, 'kind'), 'request'))
      for (const one of messagesIn(message)) emitMessage(build, one, 'text');
    else for (const step of stepsOf(message)) say(build, 'assistant', step);
    return;
  }
  const role = str(get(message, 'role')) ?? '';
  if (roleOf(role) !== 'assistant') {
    const parts = itemsOf(get(message, 'parts')).flatMap(partsOf);
    say(build, role, parts);
  } else for (const step of stepsOf(message)) say(build, role, step);
}

function say(build: Builder, name: string, parts: MessagePart[]): void {
  const results = parts.filter((part): part is ResultPart => part.type === 'result');
  const own = parts.filter(({ type }) => type !== 'result');
  if (own.length > 0 || results.length === 0)
    emitMessage(build, { role: roleOf(name), name, parts: own }, 'text');
  if (results.length > 0)
    emitMessage(build, { role: 'tool', name: 'tool', parts: results }, 'text');
}

/** The agent's responses in one message: parted by a mark, or by the results between them. */
function stepsOf(message: JsonNode): MessagePart[][] {
  const steps: MessagePart[][] = [[]];
  const isMarked = itemsOf(get(message, 'parts')).some((part) => typeOf(part) === 'step-start');
  for (const part of itemsOf(get(message, 'parts'))) {
    const current = steps[steps.length - 1]!;
    const found = partsOf(part);
    const isNext = isMarked
      ? typeOf(part) === 'step-start'
      : found.some(({ type }) => type === 'text' || type === 'reasoning') &&
        current.some(({ type }) => type === 'result');
    if (isNext && current.length > 0) steps.push(found);
    else for (const one of found) current.push(one);
  }
  return steps.filter((step) => step.length > 0);
}

function partsOf(part: JsonNode): MessagePart[] {
  const data = get(part, 'data');
  const type = typeOf(part);
  if (isObject(data) && !type.startsWith('data')) return dataParts(type, data);
  const invocation = getAny(part, 'toolInvocation');
  const name = /^tool-(?!call$|result$|return$|invocation$|error$)(?=.)/.exec(type);
  if (isObject(invocation))
    return invocationParts(invocation, content(get(invocation, 'toolName')));
  if (type === 'dynamic-tool') return invocationParts(part, content(get(part, 'toolName')));
  return name ? invocationParts(part, nameInType(part, name[0].length)) : contentParts(part);
}

/** The AI SDK names a tool's parts by the tool. */
function nameInType(part: JsonNode, from: number): Slice | null {
  const type = content(get(part, 'type'));
  return type && plainSlice(type.source, type.start + from, type.end);
}

function invocationParts(node: JsonNode, name: Slice | null): MessagePart[] {
  const id = str(get(node, 'toolCallId'));
  const error = getAny(node, 'errorText');
  const output = getAny(node, 'output', 'result') ?? error;
  const call: MessagePart = {
    ...{ type: 'call', id, name },
    arguments: content(getAny(node, 'input', 'args', 'rawInput')),
  };
  if (!output) return [call];
  const slices = resultContents(output);
  return [call, { type: 'result', callId: id, name: null, isError: error !== null, slices }];
}

/** Crush's */
function dataParts(type: string, data: JsonNode): MessagePart[] {
  const value = getAny(data, 'thinking', 'text');
  if (type === 'reasoning') {
    const slice = content(value);
    return slice ? [{ type: 'reasoning', slice }] : [];
  }
  if (type === 'text') return contentParts(value);
  if (type === 'tool_call')
    return [
      {
        ...{ type: 'call', id: str(get(data, 'id')) },
        ...{ name: content(get(data, 'name')), arguments: content(get(data, 'input')) },
      },
    ];
  if (type !== 'tool_result') return [];
  return [
    {
      ...{ type: 'result', callId: str(get(data, 'tool_call_id')), name: str(get(data, 'name')) },
      isError: str(get(data, 'is_error')) === 'true',
      slices: resultContents(get(data, 'content')),
    },
  ];
}
