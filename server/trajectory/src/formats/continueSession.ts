import type { Builder } from '../assemble/builder.ts';
import {
  arrayOf,
  content,
  firstItems,
  get,
  getAny,
  is,
  isObject,
  itemsOf,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { chatMessage, textParts } from './shared/chat.ts';
import { isChatMessage } from './shared/roles.ts';

const list: RecordList = {
  of: (record) => arrayOf(get(record, 'history')),
  begin(build, record) {
    build.trajectory(record.rawStart, str(get(record, 'sessionId')));
  },
  item: readItem,
};

/** Continue's sessions: `history[]` of messages, beside each what its calls have given. */
export const continueSession: Format = {
  id: 'continue_session',
  title: 'Continue session',
  recordNames: nameBits('history'),
  detect({ samples }) {
    const isItem = (item: JsonNode): boolean => isChatMessage(get(item, 'message'));
    const isOne = (sample: JsonNode): boolean => firstItems(get(sample, 'history')).some(isItem);
    return samples.some(isOne) ? '`history[].message`' : null;
  },
  record: (build, { value }) => {
    readList(list, build, value);
  },
  list,
};

function readItem(build: Builder, item: JsonNode): void {
  const message = get(item, 'message');
  if (!isChatMessage(message)) return;
  if (is(get(message, 'role'), 'thinking')) {
    build.run();
    textParts(build, get(message, 'content'), 'reasoning');
    return;
  }
  chatMessage(build, message);
  for (const state of itemsOf(getAny(item, 'toolCallStates')).filter(isObject)) {
    const output = itemsOf(get(state, 'output'));
    if (output.length === 0) continue;
    build.result({
      callId: str(get(state, 'toolCallId')),
      isError: is(get(state, 'status'), 'errored'),
    });
    for (const part of output) build.put('observation', content(get(part, 'content')));
  }
}
