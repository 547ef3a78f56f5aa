import type { Builder } from '../assemble/builder.ts';
import {
  arrayOf,
  content,
  firstItems,
  get,
  getAny,
  is,
  isObject,
  isTrue,
  itemsOf,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { assistantPart, textParts, userMessage } from './shared/chat.ts';
import { chatRole, isChatMessage } from './shared/roles.ts';

const PART = /^(?:toolRequest|toolResponse|frontendToolRequest)$/;

const list: RecordList = {
  of: (record) =>
    arrayOf(get(record, 'conversation')) ?? arrayOf(get(record, 'messages')) ?? arrayOf(record),
  begin(build, record) {
    build.trajectory(record.rawStart, str(getAny(record, 'id', 'session_id')));
  },
  item: readMessage,
};

/** Goose's sessions: messages whose contents have `toolRequest` and `toolResponse`, a line each or exported. */
export const gooseSession: Format = {
  id: 'goose_session',
  title: 'Goose session',
  recordNames: nameBits('conversation', 'messages', 'content'),
  detect({ samples }) {
    for (const sample of samples) {
      const inner = ['conversation', 'messages'].flatMap((key) => firstItems(get(sample, key)));
      for (const message of [sample, ...inner, ...firstItems(sample)]) {
        if (itemsOf(get(message, 'content')).some(isGoosePart))
          return 'contents with `toolRequest`';
      }
    }
    return null;
  },
  record(build, { value, range }) {
    if (isChatMessage(value)) {
      if (!build.isOpen) build.trajectory(range.start);
      readMessage(build, value);
    } else if (list.of(value)) readList(list, build, value);
  },
  list: { ...list, of: (record) => (isChatMessage(record) ? null : list.of(record)) },
};

function isGoosePart(part: JsonNode): boolean {
  return PART.test(str(get(part, 'type')) ?? '');
}

function readMessage(build: Builder, message: JsonNode): void {
  if (!isChatMessage(message)) return;
  const parts = itemsOf(get(message, 'content'));
  if (chatRole(message) === 'assistant') {
    build.run();
    for (const part of parts) agentPart(build, part);
  } else {
    for (const part of parts) {
      if (is(get(part, 'type'), 'toolResponse')) response(build, part);
      else userMessage(build, part);
    }
  }
}

function agentPart(build: Builder, part: JsonNode): void {
  if (isGoosePart(part)) {
    const call = get(part, 'toolCall');
    const value = get(call, 'value') ?? call;
    build.call({
      id: str(get(part, 'id')),
      name: content(get(value, 'name')),
      arguments: content(get(value, 'arguments')),
    });
  } else assistantPart(build, part, 'here');
}

function response(build: Builder, part: JsonNode): void {
  const result = get(part, 'toolResult');
  const value = get(result, 'value');
  const isError = is(get(result, 'status'), 'error') || isTrue(get(value, 'isError'));
  build.result({ callId: str(get(part, 'id')), isError });
  const said = isObject(value) ? get(value, 'content') : value;
  textParts(build, said ?? get(result, 'error'), 'observation');
}
