import type { Builder } from '../assemble/builder.ts';
import {
  content,
  firstItems,
  getAny,
  inside,
  isArray,
  isObject,
  isString,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import type { Slice } from '../text/source.ts';
import { trim } from '../text/trim.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { chatMessage, textOfPart } from './shared/chat.ts';
import { isLabelled, labelledText } from './shared/labelledText.ts';
import { dropLabel } from './shared/labels.ts';
import { isMessageList, messageListOf } from './shared/messageLists.ts';
import { chatRole, type ChatRole } from './shared/roles.ts';

const list: RecordList = {
  of: messagesOf,
  begin: (build, record) => build.trajectory(record.rawStart, str(getAny(record, 'id', 'task_id'))),
  item(build, message) {
    if (isObject(message)) readMessage(build, message);
  },
};

/**
 * Chats where the agent labels its thought and action and the environment speaks as the user:
 * AgentInstruct, ETO, FireAct, WebVoyager. What the user says is the task until the agent first acts,
 * an observation from then on. Unlabelled agent messages before that are filler.
 */
export const labelledChat: Format = {
  id: 'agent_instruct',
  title: 'Chat with Thought and Action',
  messageNames: nameBits('role', 'from'),
  detect({ samples, root }) {
    const lists = isArray(root) && isMessage(root.first) ? [root] : samples;
    return lists.some(labelsActions) ? 'agent messages with labels `Thought` or `Action`' : null;
  },
  read({ root, records }, build) {
    if (isArray(root) && isMessage(root.first)) readList(list, build, root);
    else for (const { value } of records()) readList(list, build, value);
  },
  record(build, { value }) {
    readList(list, build, value);
  },
  list: {
    ...list,
    of: (root) => (isArray(root) && !isMessage(root.first) ? null : list.of(root)),
  },
};

/** A line of the agent's own that says what it does. */
const ACTS = /^[ \t]*\**(?:Act|Action|ACTION)(?:[ \t]\d+)?\**[ \t]*[:\uff1a]/m;

/** A first message labels its action, or most of the agent's do after some prose. */
function labelsActions(record: JsonNode): boolean {
  const messages = firstItems(messagesOf(record)).filter(isObject);
  const agent = messages.filter((message) => roleIn(message) === 'assistant');
  const texts = agent.flatMap((message) => textIn(message) ?? []);
  if (texts.slice(0, 3).some((text) => acts(text) && isLabelled(text))) return true;
  const answered = agent.filter((message) => {
    const text = textIn(message);
    return text && acts(text) && message !== messages.at(-1);
  });
  return answered.length > 0 && texts.filter(acts).length * 2 >= texts.length;
}

function acts({ source, start, end, escaped }: Slice): boolean {
  const raw = source.text.slice(start, end);
  if (!raw.includes('Act') && !raw.includes('ACTION')) return false;
  return ACTS.test(escaped ? raw.replace(/\\[nr]/g, '\n') : raw);
}

function messagesOf(record: JsonNode): JsonNode | null {
  if (isArray(record)) return isMessageList(record, isMessage) ? record : null;
  return messageListOf(record, isMessage)?.list ?? null;
}

function isMessage(node: JsonNode | null): boolean {
  return isObject(node) && roleIn(node) !== null;
}

function roleIn(message: JsonNode): ChatRole | null {
  return isString(getAny(message, 'role', 'from')) ? chatRole(message) : null;
}

function textIn(message: JsonNode): Slice | null {
  const text = getAny(message, 'content', 'value');
  return isString(text) ? inside(text) : null;
}

const OBSERVATION = /\**Observation(?:[ \t]\d+)?\**[ \t]*[:\uff1a]\**/y;

function readMessage(build: Builder, message: JsonNode): void {
  const role = roleIn(message);
  const text = textIn(message);
  if (role === 'assistant') {
    agentMessage(build, message);
  } else if (role === 'user') {
    userMessage(build, getAny(message, 'content', 'value'));
  } else if (role === 'tool') {
    build.result();
    build.put('observation', dropLabel(build, text, OBSERVATION));
  } else if (role === 'call') {
    chatMessage(build, message);
  } else {
    build.outer(role === 'system' ? 'system' : 'other', text);
  }
}

function agentMessage(build: Builder, message: JsonNode): void {
  const text = textIn(message);
  if (text && (isLabelled(text) || acts(text))) {
    build.run();
    labelledText(build, text);
  } else if (text && build.currentStep === 0 && isFiller(text)) {
    build.outer('other', text);
  } else {
    chatMessage(build, message);
  }
}

/** What AgentInstruct has the agent say to its instructions: a line, without any acting in it. */
function isFiller(text: Slice): boolean {
  const said = trim(text);
  return said !== null && !/[\n<]|\\n/.test(said.source.text.slice(said.start, said.end));
}

function userMessage(build: Builder, value: JsonNode | null): void {
  const parts = isArray(value) ? value.items.map(textOfPart) : [content(value)];
  const acting = build.currentStep > 0;
  if (acting) build.result();
  else build.outer('task');
  for (const part of parts) {
    if (acting) build.put('observation', dropLabel(build, part, OBSERVATION));
    else build.put('task', part);
  }
}
