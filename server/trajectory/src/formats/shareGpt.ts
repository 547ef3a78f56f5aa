import type { Builder } from '../build/builder.ts';
import { get, getAny, inside, isObject, isString, itemsOf, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/scanJson.ts';
import { decodedSource, type Slice } from '../text/source.ts';
import type { Format } from './format.ts';
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

/** ShareGPT: `conversations[]` of `from` and `value`, calls as JSON in a `function_call` value. */
export const shareGpt: Format = {
  id: 'sharegpt',
  title: 'ShareGPT conversations',
  detect({ samples }) {
    return samples.some((sample) => messagesOf(sample).some((message) => get(message, 'from')))
      ? '`conversations[].from`'
      : null;
  },
  record(build, { value }) {
    if (!isObject(value)) return;
    build.trajectory(value.start, str(getAny(value, 'id')));
    const system = getAny(value, 'system');
    if (isString(system)) build.outer('system', inside(system));
    for (const message of messagesOf(value)) readMessage(build, message);
    build.close(value.end);
  },
};

function messagesOf(record: JsonNode): JsonNode[] {
  return itemsOf(getAny(record, 'conversations', 'conversation')).filter(isObject);
}

function readMessage(build: Builder, message: JsonNode): void {
  const role = ROLES[str(getAny(message, 'from', 'role'))?.toLowerCase() ?? ''] ?? 'other';
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
