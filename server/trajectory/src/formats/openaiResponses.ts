import type { Builder } from '../assemble/builder.ts';
import {
  content,
  firstItems,
  get,
  getAny,
  inside,
  isArray,
  isContainer,
  isObject,
  isString,
  itemsOf,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import type { Format } from './format.ts';
import { isOwnItem, isResponseItem, responseItem } from './shared/responseItems.ts';

/**
 * OpenAI's Responses API: lists of items, a response with `output`, a request with `input`, or the
 * saved state of an Agents SDK run.
 */
export const openaiResponses: Format = {
  id: 'openai_responses',
  title: 'OpenAI Responses items',
  messageNames: nameBits('type', 'generated_items', 'object'),
  detect({ samples }) {
    for (const sample of samples) {
      if (isResponseItem(sample)) return `items of type \`${str(get(sample, 'type'))}\``;
      if (get(sample, 'generated_items') && get(sample, '$schemaVersion'))
        return '`generated_items`';
      if (get(sample, 'object') && str(get(sample, 'object')) === 'response')
        return '`object: response`';
      if (itemLists(sample).some((list) => firstItems(list).some(isResponseItem)))
        return 'Responses items';
    }
    return null;
  },
  record(build, { value, range }) {
    if (isResponseItem(value) || isString(get(value, 'role'))) {
      if (!build.isOpen) build.trajectory(range.start);
      responseItem(build, value);
    } else if (isContainer(value)) {
      build.trajectory(value.rawStart, str(getAny(value, 'id', 'conversation_id')));
      readRecord(build, value);
      build.close(value.rawEnd);
    }
  },
};

function readRecord(build: Builder, record: JsonNode): void {
  build.outer('system', content(getAny(record, 'instructions')));
  const asked = getAny(record, 'input', 'original_input');
  if (isString(asked)) build.outer('task', inside(asked));
  for (const item of itemLists(record).flatMap(itemsOf)) {
    if (isObject(item)) responseItem(build, item);
  }
  for (const generated of itemsOf(get(record, 'generated_items'))) {
    const item = get(generated, 'raw_item');
    if (isObject(item)) responseItem(build, item);
  }
}

/** A request's, a run's and a response's lists; else a record that is one, or the only one in it. */
function itemLists(record: JsonNode): JsonNode[] {
  if (isArray(record)) return firstItems(record).some(isOwnItem) ? [record] : [];
  const named = [
    getAny(record, 'input', 'original_input'),
    get(record, 'items'),
    get(record, 'output'),
  ];
  const lists = named.filter((list) => isArray(list));
  if (lists.length > 0 || !isObject(record)) return lists;
  const others = record.items.filter((item) => firstItems(item).some(isOwnItem));
  return others.length === 1 ? others : [];
}
