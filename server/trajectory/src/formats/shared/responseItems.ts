import type { Builder } from '../../assemble/builder.ts';
import {
  content,
  get,
  getAny,
  inside,
  isArray,
  isObject,
  isString,
  itemsOf,
  str,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { agentText } from './agentText.ts';
import { textOfPart, textParts, userMessage } from './chat.ts';
import { isPicturePart, putPicture } from './pictureParts.ts';
import { roleOf } from './roles.ts';

const CALLS = new Set([
  'function_call',
  'custom_tool_call',
  'tool_call',
  'local_shell_call',
  'web_search_call',
  'file_search_call',
  'computer_call',
  'code_interpreter_call',
  'mcp_call',
  'mcp_approval_request',
  'shell_call',
  'apply_patch_call',
  'image_generation_call',
]);

/** Others' names for an output; the last is that of the Agents SDK in JavaScript. */
const RESULTS = new Set(['tool_result', 'function_result', 'function_call_result']);

export function isResponseItem(node: JsonNode | null): node is JsonNode & { type: 'object' } {
  const type = str(get(node, 'type'));
  if (type === null) return false;
  if (type === 'message')
    return isObject(node) && get(node, 'role') !== null && hasTypedParts(node);
  return (
    CALLS.has(type) || isOutput(type) || (type === 'reasoning' && get(node, 'summary') !== null)
  );
}

/** An item of whose type no other format has any: other logs have calls and results by type as well. */
export function isOwnItem(node: JsonNode): boolean {
  return isResponseItem(node) && (!isCallOrOutput(node) || get(node, 'call_id') !== null);
}

function isCallOrOutput(node: JsonNode): boolean {
  const type = str(get(node, 'type'))!;
  return CALLS.has(type) || isOutput(type);
}

function hasTypedParts(message: JsonNode): boolean {
  const parts = itemsOf(get(message, 'content'));
  return parts.some((part) => /^(?:input|output)_/.test(str(get(part, 'type')) ?? ''));
}

function isOutput(type: string): boolean {
  return type.endsWith('_output') || RESULTS.has(type);
}

/**
 * One item of OpenAI's Responses API, as Codex logs it too. The agent's items in a row are one turn;
 * its messages there are reasoning where the row also calls.
 */
export function responseItem(build: Builder, item: JsonNode): void {
  const type = str(get(item, 'type')) ?? 'message';
  if (type === 'reasoning') reasoning(build, item);
  else if (CALLS.has(type)) call(build, item);
  else if (isOutput(type)) output(build, item);
  else if (get(item, 'role')) message(build, item);
}

function message(build: Builder, item: JsonNode): void {
  const role = roleOf(str(get(item, 'role')));
  const value = getAny(item, 'content', 'message', 'text');
  if (role === 'assistant') {
    build.run();
    const parts = isArray(value) ? value.items : value ? [value] : [];
    for (const part of parts) {
      const text = textOfPart(part);
      if (text || !putPicture(build, 'answer', part)) agentText(build, text);
    }
  } else if (role === 'user') {
    userMessage(build, value);
  } else {
    const kind = role === 'system' ? 'system' : 'other';
    build.outer(kind);
    textParts(build, value, kind);
  }
}

function reasoning(build: Builder, item: JsonNode): void {
  build.run();
  const parts = [...itemsOf(get(item, 'summary')), ...itemsOf(get(item, 'content'))];
  for (const part of parts) build.put('reasoning', textOfPart(part));
  const text = get(item, 'content');
  if (isString(text)) build.put('reasoning', inside(text));
}

function call(build: Builder, item: JsonNode): void {
  build.run();
  const inner = get(item, 'function');
  build.call({
    id: str(getAny(item, 'call_id', 'callId', 'id')),
    name: content(getAny(item, 'name') ?? get(inner, 'name')),
    arguments: content(
      getAny(item, 'arguments', 'input', 'action', 'code', 'queries', 'operation') ??
        get(inner, 'arguments'),
    ),
  });
  const answer = getAny(item, 'output');
  if (!answer || str(get(item, 'type')) !== 'mcp_call') return;
  build.result({ callId: str(getAny(item, 'call_id', 'callId', 'id')) });
  build.put('observation', content(answer));
}

function output(build: Builder, item: JsonNode): void {
  build.result({
    callId: str(getAny(item, 'call_id', 'callId', 'tool_call_id')),
    name: str(get(item, 'name')),
  });
  const value = getAny(item, 'output', 'result', 'content');
  // The Agents SDK in JavaScript has one part.
  const text = isObject(value) && get(value, 'type') ? textOfPart(value) : null;
  if (text) build.put('observation', text);
  else if (isShown(value)) {
    textParts(build, value, 'observation');
  } else {
    build.put('observation', content(value));
  }
}

/** Texts and pictures, one of which a computer's output may be alone. */
function isShown(value: JsonNode | null): boolean {
  if (isArray(value)) return value.items.some((part) => textOfPart(part) ?? isPicturePart(part));
  return isObject(value) && isPicturePart(value);
}
