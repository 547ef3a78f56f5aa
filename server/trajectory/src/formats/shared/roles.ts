import type { Builder } from '../../assemble/builder.ts';
import { get, getAnyOf, is, isObject, isString, namesOf, str } from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { perName } from './perName.ts';

/** `call`: the agent's, where calls are messages of their own. */
export type ChatRole = 'system' | 'user' | 'assistant' | 'call' | 'tool' | 'other';

const ROLES = new Map<string, ChatRole>([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['human', 'user'],
  ['assistant', 'assistant'],
  ['ai', 'assistant'],
  ['agent', 'assistant'],
  ['model', 'assistant'],
  ['gpt', 'assistant'],
  ['chatgpt', 'assistant'],
  ['bot', 'assistant'],
  ['chatbot', 'assistant'],
  ['function_call', 'call'],
  ['tool_call', 'call'],
  ['tool', 'tool'],
  ['function', 'tool'],
  ['observation', 'tool'],
  ['environment', 'tool'],
  ['ipython', 'tool'],
  ['toolresult', 'tool'],
  ['tool_result', 'tool'],
  ['tool_response', 'tool'],
  ['tool-response', 'tool'],
  ['function_response', 'tool'],
  ['function_result', 'tool'],
]);

export function roleOf(name: string | null): ChatRole {
  return name === null ? 'other' : roleNamed(name);
}

const roleNamed = perName((name): ChatRole => ROLES.get(name.toLowerCase()) ?? 'other');

/** The common names are told without making strings of them. */
const COMMON = ['assistant', 'user', 'tool', 'system', 'gpt', 'human', 'observation'].map(
  (name) => ({ name, role: ROLES.get(name)! }),
);

function roleOfNode(node: JsonNode | null): ChatRole {
  for (const { name, role } of COMMON) if (is(node, name)) return role;
  return roleOf(str(node));
}

function roleNode(message: JsonNode): JsonNode | null {
  return getAnyOf(message, ROLE_NAMES);
}

const ROLE_NAMES = namesOf('role', 'from');

export function chatRole(message: JsonNode): ChatRole {
  return roleOfNode(roleNode(message));
}

/** A role that no one knows but that names a call without a result is the tool's. */
export function roleInChat(build: Builder, message: JsonNode): ChatRole {
  const node = roleNode(message);
  const role = roleOfNode(node);
  return role === 'other' && build.isOpenCall(str(node) ?? '') ? 'tool' : role;
}

export function isChatMessage(node: JsonNode | null): node is JsonNode & { type: 'object' } {
  return isObject(node) && isString(get(node, 'role')) && !get(node, 'parts');
}
