import {
  firstItems,
  get,
  getAny,
  inside,
  isObject,
  isString,
  itemsOf,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { chatMessage, type ResultsFrom } from './shared/chat.ts';
import { messageListOf } from './shared/messageLists.ts';
import { hasPictureList, recordPictures } from './shared/pictureParts.ts';
import { resultsFrom } from './shared/resultsFrom.ts';
import { recordTools } from './shared/tools.ts';

/** ShareGPT: `conversations[]` of `from` and `value`, calls as JSON in a `function_call` value. */
export const shareGpt: Format = {
  ...shareGptWith('tool'),
  adapt: (probe) =>
    shareGptWith(resultsFrom(probe.samples.map((sample) => itemsOf(conversationOf(sample))))),
};

function shareGptWith(results: ResultsFrom): Format {
  const list: RecordList = {
    of: conversationOf,
    begin(build, record) {
      build.trajectory(record.rawStart, str(getAny(record, 'id')));
      recordTools(build, record);
      recordPictures(build, record);
      const system = getAny(record, 'system');
      if (isString(system)) build.outer('system', inside(system));
    },
    item(build, message) {
      if (isObject(message)) chatMessage(build, message, { results });
    },
  };
  return {
    id: 'sharegpt',
    title: 'ShareGPT conversations',
    messageNames: nameBits('from'),
    detect({ samples }) {
      const from = (sample: JsonNode): boolean =>
        firstItems(conversationOf(sample)).some((message) => get(message, 'from'));
      return samples.some(from) ? '`conversations[].from`' : null;
    },
    record(build, { value }) {
      if (conversationOf(value)) readList(list, build, value);
    },
    list: { ...list, of: (record) => (hasPictureList(record) ? null : conversationOf(record)) },
  };
}

/** A record's own list, or a record that is the list. */
function conversationOf(record: JsonNode): JsonNode | null {
  if (record.type === 'array') return firstItems(record).some(isMessage) ? record : null;
  return messageListOf(record, isMessage)?.list ?? null;
}

/** Keys can be mixed within a conversation. */
function isMessage(node: JsonNode): boolean {
  return (
    isString(get(node, 'from')) && (isString(get(node, 'value')) || get(node, 'content') !== null)
  );
}
