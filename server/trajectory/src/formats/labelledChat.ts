import type { Builder } from '../build/builder.ts';
import {
  arrayOf,
  content,
  firstItems,
  get,
  getAny,
  inside,
  isArray,
  isObject,
  isString,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import type { Slice } from '../text/source.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { chatMessage, textOfPart } from './shared/chat.ts';
import { roleOfNode, type ChatRole } from './shared/roles.ts';
import { isLabelled, labelledText } from './shared/labelledText.ts';
import { dropLabel } from './shared/labels.ts';

const list: RecordList = {
  of: messagesOf,
  begin: (build, record) => build.trajectory(record.start, str(getAny(record, 'id', 'task_id'))),
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
  detect({ samples, root }) {
    const lists = isArray(root) && roleIn(root.first) ? [root] : samples;
    for (const sample of lists) {
      const messages = firstItems(messagesOf(sample)).filter(isObject);
      const agent = messages.filter((message) => roleIn(message) === 'assistant').slice(0, 3);
      if (agent.some((message) => labelsAction(textIn(message)))) {
        return 'agent messages that begin with Thought or Action';
      }
    }
    return null;
  },
  read({ root, records }, build) {
    if (isArray(root) && roleIn(root.first)) readList(list, build, root);
    else for (const { value } of records()) readList(list, build, value);
  },
  record(build, { value }) {
    readList(list, build, value);
  },
  list: {
    ...list,
    of: (root) => (isArray(root) && !roleIn(root.first) ? null : list.of(root)),
  },
};

const ACTS = /Act(?:ion)?\**[ \t]*:/i;

function labelsAction(slice: Slice | null): boolean {
  return (
    slice !== null &&
    isLabelled(slice) &&
    ACTS.test(slice.source.text.slice(slice.start, slice.end))
  );
}

function messagesOf(record: JsonNode): JsonNode | null {
  if (isArray(record)) return record;
  return arrayOf(getAny(record, 'messages', 'conversations', 'conversation'));
}

function roleIn(message: JsonNode | null): ChatRole | null {
  const name = get(message, 'role') ?? get(message, 'from');
  return isString(name) ? roleOfNode(name) : null;
}

function textIn(message: JsonNode): Slice | null {
  const text = getAny(message, 'content', 'value');
  return isString(text) ? inside(text) : null;
}

const OBSERVATION = /Observation[ \t]*:/y;

function readMessage(build: Builder, message: JsonNode): void {
  const role = roleIn(message);
  const text = textIn(message);
  if (role === 'assistant') {
    agentMessage(build, message);
  } else if (role === 'user') {
    userMessage(build, getAny(message, 'content', 'value'));
  } else if (role === 'tool') {
    build.result();
    build.put('observation', text);
  } else {
    build.outer(role === 'system' ? 'system' : 'other', text);
  }
}

function agentMessage(build: Builder, message: JsonNode): void {
  const text = textIn(message);
  if (text && isLabelled(text)) {
    build.turn();
    labelledText(build, text);
  } else if (!text) {
    chatMessage(build, message);
  } else if (build.currentStep === 0) {
    build.outer('other', text);
  } else {
    build.turn();
    build.say(text);
  }
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
