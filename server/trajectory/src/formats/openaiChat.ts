import type { Builder } from '../build/builder.ts';
import { get, getAny, isArray, isObject, itemsOf, keyNames, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import type { Format, Probe } from './format.ts';
import { chatMessage, isChatMessage, sameMessage } from './shared/chat.ts';

/** Members that hold a record's messages, in the order of preference. */
const LISTS = [
  'messages',
  'traj',
  'conversations',
  'conversation',
  'trajectory',
  'history',
  'prompt',
];

/**
 * OpenAI's chat messages: a request log, a dataset row with `messages`, tau-bench's `traj`, a bare list
 * of messages, or one message a line.
 */
export const openaiChat: Format = {
  id: 'openai_chat',
  title: 'OpenAI chat messages',
  detect(probe: Probe) {
    for (const sample of probe.samples) {
      if (isChatMessage(sample)) return 'records with `role` and `content`';
      const name = LISTS.find((key) => isMessageList(get(sample, key)));
      if (name) return `\`${name}[]\` with roles`;
      const simulation = itemsOf(get(sample, 'simulations'))[0] ?? null;
      if (isMessageList(get(simulation, 'messages'))) return '`simulations[].messages`';
      if (isMessageList(sample)) return 'lists of messages with roles';
      if (namedLists(sample).length > 0) return 'lists of messages by name';
    }
    return null;
  },
  record(build, { value, range }) {
    for (const simulation of itemsOf(get(value, 'simulations'))) conversation(build, simulation);
    if (isChatMessage(value)) {
      if (!build.isOpen) build.trajectory(range.start);
      chatMessage(build, value);
    } else {
      conversation(build, value);
      for (const { name, list } of namedLists(value)) {
        build.trajectory(list.start, name);
        for (const message of list.items.filter(isChatMessage)) chatMessage(build, message);
        build.close(list.end);
      }
    }
  },
  list: {
    of: (record) => (hasMoreThanList(record) ? null : listOf(record)),
    begin: openRecord,
    item(build, message) {
      if (isChatMessage(message)) chatMessage(build, message);
    },
  },
};

function hasMoreThanList(record: JsonNode): boolean {
  if (!isObject(record) || isChatMessage(record)) return true;
  return ['simulations', 'completion', 'response'].some((key) => get(record, key) !== null);
}

function openRecord(build: Builder, record: JsonNode): void {
  build.trajectory(record.start, recordId(record));
}

/** tau-bench runs a task several times, each with its number. */
function recordId(record: JsonNode): string | null {
  const id = str(getAny(record, 'id', 'task_id', 'conversation_id', 'uuid'));
  const trial = str(get(record, 'trial'));
  const isTask = id !== null && id === str(get(record, 'task_id'));
  return isTask && trial !== null ? `${id}.${trial}` : id;
}

function conversation(build: Builder, record: JsonNode): void {
  const list = isArray(record) ? record : listOf(record);
  if (!list) return;
  openRecord(build, record);
  const messages = list.items.filter(isChatMessage);
  for (const message of messages) chatMessage(build, message);
  for (const message of [...completion(record), ...response(record)]) {
    const last = messages[messages.length - 1];
    if (!last || !sameMessage(last, message)) chatMessage(build, message);
  }
  build.close(record.end);
}

/** An object whose every value is a list of messages. */
function namedLists(record: JsonNode): { name: string; list: JsonNode }[] {
  if (!isObject(record) || record.items.length === 0 || !record.items.every(isMessageList))
    return [];
  if (listOf(record)) return [];
  return keyNames(record).map((name, i) => ({ name, list: record.items[i]! }));
}

function listOf(record: JsonNode): JsonNode | null {
  for (const key of LISTS) {
    const list = get(record, key);
    if (isMessageList(list)) return list;
  }
  return null;
}

function isMessageList(node: JsonNode | null): node is JsonNode & { type: 'array' } {
  return isArray(node) && node.items.slice(0, 5).some(isChatMessage);
}

/** Prompt-completion rows keep the agent's part apart. */
function completion(record: JsonNode): JsonNode[] {
  return itemsOf(get(record, 'completion')).filter(isChatMessage);
}

/** What the model answered to a logged request. */
function response(record: JsonNode): JsonNode[] {
  const choices = itemsOf(get(get(record, 'response'), 'choices'));
  const message = get(choices[0] ?? null, 'message');
  return isObject(message) ? [message] : [];
}
