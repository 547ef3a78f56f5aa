import {
  firstItems,
  get,
  isArray,
  isObject,
  isString,
  keyName,
  namesOf,
  nested,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { chatRole } from './roles.ts';

/** Members that hold a record's messages, in the order of preference. */
const LISTS = namesOf(
  ...['messages', 'traj', 'conversations', 'conversation', 'trajectory', 'history', 'prompt'],
  ...['chosen', 'dialog', 'dialogue', 'turns', 'input'],
);

/**
 * A record's list of messages, and the member that it is: one of the names that are known, else the only
 * list, if an agent speaks in it. Several of them are conversations by name.
 */
export function messageListOf(
  record: JsonNode | null,
  isMessage: (node: JsonNode) => boolean,
): { name: string; list: JsonNode & { type: 'array' } } | null {
  if (!isObject(record)) return null;
  for (const name of LISTS.keys) {
    const list = get(record, name);
    if (!list) continue;
    if (isMessageList(list, isMessage)) return { name, list };
    if (isListInString(list, isMessage)) return null;
  }
  const lists = record.items.filter((item): item is JsonNode & { type: 'array' } =>
    isMessageList(item, isMessage),
  );
  const [list] = lists;
  if (!list || lists.length > 1 || !hasAgent(list)) return null;
  return { name: keyName(record, list), list };
}

/** Such a record is looked at with the JSON in its strings; a list beside it is not all of it. */
function isListInString(node: JsonNode | null, isMessage: (node: JsonNode) => boolean): boolean {
  if (!isString(node) || !/^"\s*\[/.test(node.source.text.slice(node.start, node.start + 8)))
    return false;
  return isMessageList(nested(node), isMessage);
}

export function isMessageList(
  node: JsonNode | null,
  isMessage: (node: JsonNode) => boolean,
): node is JsonNode & { type: 'array' } {
  return isArray(node) && firstItems(node, 5).some(isMessage);
}

function hasAgent(list: JsonNode): boolean {
  return firstItems(list).some((item) => chatRole(item) === 'assistant');
}
