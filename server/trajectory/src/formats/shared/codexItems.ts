import type { Builder } from '../../assemble/builder.ts';
import {
  content,
  get,
  getAny,
  is,
  isArray,
  isFalse,
  isObject,
  isString,
  itemsOf,
  str,
  inside,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import type { Slice } from '../../text/source.ts';
import { agentText } from './agentText.ts';
import { textOfPart, textParts, userMessage } from './chat.ts';

/** `AgentMessage`, `agentMessage` and `agent_message` are the same, in logs of different age. */
export function snakeCase(type: string): string {
  return type.replace(/(?<=[a-z\d])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}

/** An item of Codex's threads, complete: what was said, or a call with its result. */
export function codexItem(build: Builder, item: JsonNode): void {
  const type = snakeCase(str(getAny(item, 'type', 'item_type')) ?? '');
  if (type === 'user_message') userMessage(build, getAny(item, 'content', 'text', 'message'));
  else if (type === 'context_compaction') build.outer('other', content(get(item, 'summary')));
  else if (type === 'agent_message' || type === 'assistant_message') {
    build.run();
    for (const text of textsOf(item)) agentText(build, text);
  } else if (type === 'reasoning') {
    build.run();
    for (const text of textsOf(item)) build.put('reasoning', text);
  } else if (CALLS.has(type)) call(build, item);
}

const CALLS = new Set([
  ...['command_execution', 'mcp_tool_call', 'dynamic_tool_call', 'collab_tool_call'],
  ...['file_change', 'web_search', 'todo_list', 'image_view'],
]);

/** Whether events or items of that type are of a call. */
export function isCodexCall(type: string): boolean {
  return (
    CALLS.has(type) || /^(?:exec_command|mcp_tool_call|patch_apply|web_search)_\w+$/.test(type)
  );
}

/** The texts of a message or of reasoning, under the names that they have had. */
export function textsOf(item: JsonNode): Slice[] {
  const value = getAny(item, 'text', 'content', 'message');
  const parts = isArray(value) ? value.items : value ? [value] : [];
  const lists = [get(item, 'summary_text'), get(item, 'summary'), get(item, 'raw_content')];
  const all = [...parts, ...lists.flatMap((list) => itemsOf(list))];
  return all.map(textOfPart).filter((text) => text !== null);
}

function call(build: Builder, item: JsonNode): void {
  const id = str(get(item, 'id'));
  const tool = getAny(item, 'tool', 'tool_name');
  build.run();
  build.call({
    id,
    name: isString(tool) ? inside(tool) : null,
    arguments: content(
      getAny(item, 'command', 'arguments', 'args', 'changes', 'query', 'items', 'path', 'prompt'),
    ),
  });
  const error = get(item, 'error');
  build.result({ callId: id, isError: is(get(item, 'status'), 'failed') });
  const result = getAny(item, 'aggregated_output', 'aggregatedOutput', 'result', 'output');
  const said = isObject(result) ? (get(result, 'content') ?? result) : result;
  textParts(build, said ?? get(error, 'message') ?? error, 'observation');
}

/** An event of Codex's protocol, as for the screen. */
export function codexEvent(build: Builder, event: JsonNode): void {
  const type = str(get(event, 'type')) ?? '';
  const item = get(event, 'item');
  if (type === 'item_completed') {
    if (isObject(item)) codexItem(build, item);
  } else if (type === 'user_message') userMessage(build, get(event, 'message'));
  else if (type === 'agent_message' || type === 'agent_reasoning') codexItemOf(build, event, type);
  else if (type === 'agent_reasoning_raw_content') codexItemOf(build, event, 'agent_reasoning');
  else if (type === 'context_compacted') build.outer('other', content(get(event, 'message')));
  else if (type.endsWith('_begin')) beginning(build, event, type);
  else if (type.endsWith('_end')) ending(build, event);
}

function codexItemOf(build: Builder, event: JsonNode, type: string): void {
  build.run();
  for (const text of textsOf(event)) {
    if (type === 'agent_reasoning') build.put('reasoning', text);
    else agentText(build, text);
  }
}

function beginning(build: Builder, event: JsonNode, type: string): void {
  const invocation = get(event, 'invocation');
  const args =
    getAny(event, 'command', 'changes', 'query') ?? getAny(invocation, 'arguments', 'args');
  if (!args || type.startsWith('web_search')) return;
  build.run();
  build.call({
    id: str(get(event, 'call_id')),
    name: content(get(invocation, 'tool')),
    arguments: content(args),
  });
}

function ending(build: Builder, event: JsonNode): void {
  const result = getAny(
    event,
    'aggregated_output',
    'formatted_output',
    'stdout',
    'stderr',
    'result',
  );
  const query = get(event, 'query');
  if (query) {
    build.run();
    build.call({ id: str(get(event, 'call_id')), arguments: content(query) });
    return;
  }
  if (!result) return;
  const code = str(get(event, 'exit_code'));
  const failed = (code !== null && code !== '0') || isFalse(get(event, 'success'));
  build.result({ callId: str(get(event, 'call_id')), isError: failed });
  const value = getAny(result, 'Ok', 'Err') ?? result;
  textParts(build, get(value, 'content') ?? value, 'observation');
}
