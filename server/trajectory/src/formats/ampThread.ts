import type { Builder } from '../assemble/builder.ts';
import {
  arrayOf,
  content,
  firstItems,
  get,
  getAny,
  is,
  isObject,
  isString,
  itemsOf,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { chatMessage, textParts, userMessage } from './shared/chat.ts';
import { chatRole, isChatMessage } from './shared/roles.ts';

const list: RecordList = {
  of: (record) => arrayOf(get(record, 'messages')),
  begin(build, record) {
    build.trajectory(record.rawStart, str(get(record, 'id')));
  },
  item: readMessage,
};

/** Amp's threads: Anthropic's blocks, but results have their `run`. */
export const ampThread: Format = {
  id: 'amp_thread',
  title: 'Amp thread',
  recordNames: nameBits('messages'),
  detect({ samples }) {
    for (const sample of samples) {
      const messages = firstItems(get(sample, 'messages'));
      const isThread = get(sample, 'v') !== null && messages.some((one) => get(one, 'messageId'));
      if (isThread || messages.some((one) => itemsOf(get(one, 'content')).some(isRun))) {
        return '`messages[]` of a thread';
      }
    }
    return null;
  },
  record: (build, { value }) => {
    readList(list, build, value);
  },
  list,
};

function isRun(part: JsonNode): boolean {
  return is(get(part, 'type'), 'tool_result') && isObject(get(part, 'run'));
}

function readMessage(build: Builder, message: JsonNode): void {
  if (!isChatMessage(message)) return;
  const parts = itemsOf(get(message, 'content'));
  if (chatRole(message) === 'user') {
    for (const part of parts) {
      if (isRun(part)) runResult(build, part);
      else userMessage(build, part);
    }
    const text = get(message, 'content');
    if (isString(text)) userMessage(build, text);
  } else if (chatRole(message) === 'other') {
    build.outer('other');
    for (const part of parts) textParts(build, getAny(part, 'summary', 'text'), 'other');
  } else
    chatMessage(build, message, { key: str(getAny(message, 'protocolMessageID', 'messageId')) });
}

function runResult(build: Builder, part: JsonNode): void {
  const run = get(part, 'run');
  const status = str(get(run, 'status'));
  build.result({
    callId: str(getAny(part, 'toolUseID', 'tool_use_id')),
    isError: status === 'error' || status === 'cancelled',
  });
  const error = get(run, 'error');
  build.put('observation', content(get(run, 'result') ?? get(error, 'message') ?? error));
}
