import type { Builder } from '../../build/builder.ts';
import { content, isObject, keyNames, str } from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { agentText } from './agentText.ts';
import { roleOf } from './roles.ts';

const KEY = /^(?:llm|gen_ai)\.(input_messages|output_messages|prompt|completion)\.(\d+)\.(.+)$/;

/** Messages as flattened keys: `llm.input_messages.0.message.role` and so on. */
interface FlatMessage {
  order: string;
  values: [path: string, value: JsonNode][];
}

export function hasFlatMessages(node: JsonNode | null): boolean {
  return isObject(node) && keyNames(node).some((key) => KEY.test(key));
}

export function flatMessages(build: Builder, span: JsonNode): void {
  const messages = new Map<string, FlatMessage>();
  keyNames(span).forEach((key, i) => {
    const match = KEY.exec(key);
    if (!match) return;
    const group = /^(?:input|prompt)/.test(match[1]!) ? 'a' : 'b';
    const order = `${group}${match[2]!.padStart(6, '0')}`;
    const message = messages.get(order) ?? { order, values: [] };
    message.values.push([match[3]!.replace(/^message\./, ''), span.items[i]!]);
    messages.set(order, message);
  });
  build.trajectory(span.start);
  const sorted = [...messages.values()].sort((a, b) => (a.order < b.order ? -1 : 1));
  for (const message of sorted) flatMessage(build, message);
  build.close(span.end);
}

function flatMessage(build: Builder, { values }: FlatMessage): void {
  const find = (path: string): JsonNode | null =>
    values.find(([name]) => name === path)?.[1] ?? null;
  const role = roleOf(str(find('role')));
  const texts = values.filter(
    ([path]) => path === 'content' || /^contents\.\d+\..*text$/.test(path),
  );
  if (role === 'assistant') {
    build.turn();
    for (const [, value] of texts) agentText(build, content(value));
    flatCalls(build, values);
  } else if (role === 'tool') {
    build.result({ callId: str(find('tool_call_id')), name: str(find('name')) });
    for (const [, value] of texts) build.put('observation', content(value));
  } else {
    const kind = role === 'user' ? 'task' : role === 'call' ? 'other' : role;
    build.outer(kind);
    for (const [, value] of texts) build.put(kind, content(value));
  }
}

function flatCalls(build: Builder, values: FlatMessage['values']): void {
  const calls = new Map<string, Map<string, JsonNode>>();
  for (const [path, value] of values) {
    const match = /^tool_calls\.(\d+)\.(?:tool_call\.)?(?:function\.)?(id|name|arguments)$/.exec(
      path,
    );
    if (!match) continue;
    const call = calls.get(match[1]!) ?? new Map<string, JsonNode>();
    call.set(match[2]!, value);
    calls.set(match[1]!, call);
  }
  for (const call of calls.values()) {
    build.call({
      id: str(call.get('id') ?? null),
      name: content(call.get('name') ?? null),
      arguments: content(call.get('arguments') ?? null),
    });
  }
}
