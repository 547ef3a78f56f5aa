import type { Builder } from '../build/builder.ts';
import {
  arrayOf,
  firstItems,
  get,
  getAny,
  inside,
  isObject,
  isString,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { decodedSource, type Slice } from '../text/source.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { agentText } from './shared/agentText.ts';
import { writtenCall } from './shared/writtenCall.ts';

const ROLES: Record<string, 'system' | 'task' | 'agent' | 'call' | 'result'> = {
  system: 'system',
  human: 'task',
  user: 'task',
  gpt: 'agent',
  assistant: 'agent',
  model: 'agent',
  chatgpt: 'agent',
  function_call: 'call',
  tool_call: 'call',
  observation: 'result',
  tool: 'result',
  function_response: 'result',
  tool_response: 'result',
};

const list: RecordList = {
  of: conversationOf,
  begin(build, record) {
    build.trajectory(record.start, str(getAny(record, 'id')));
    const system = getAny(record, 'system');
    if (isString(system)) build.outer('system', inside(system));
  },
  item: readMessage,
};

/** ShareGPT: `conversations[]` of `from` and `value`, calls as JSON in a `function_call` value. */
export const shareGpt: Format = {
  id: 'sharegpt',
  title: 'ShareGPT conversations',
  detect({ samples }) {
    const from = (sample: JsonNode): boolean =>
      firstItems(conversationOf(sample)).some((message) => get(message, 'from'));
    return samples.some(from) ? '`conversations[].from`' : null;
  },
  record(build, { value }) {
    if (isObject(value)) readList(list, build, value);
  },
  list,
};

function conversationOf(record: JsonNode): JsonNode | null {
  return arrayOf(getAny(record, 'conversations', 'conversation'));
}

function readMessage(build: Builder, message: JsonNode): void {
  if (!isObject(message)) return;
  const name = str(getAny(message, 'from', 'role')) ?? '';
  const role = ROLES[name] ?? ROLES[name.toLowerCase()] ?? 'other';
  const value = getAny(message, 'value', 'content');
  const text: Slice | null = isString(value) ? inside(value) : null;
  if (role === 'agent') {
    build.turn();
    agentText(build, text);
  } else if (role === 'call') {
    build.run();
    if (!text) return;
    const source = decodedSource(text);
    writtenCall(build, source, { start: 0, end: source.text.length });
  } else if (role === 'result') {
    build.result();
    build.put('observation', text);
  } else {
    build.outer(role, text);
  }
}
