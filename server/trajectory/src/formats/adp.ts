import type { Builder } from '../assemble/builder.ts';
import {
  arrayOf,
  content,
  firstItems,
  get,
  getAny,
  isObject,
  isString,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { agentText } from './shared/agentText.ts';

const list: RecordList = {
  of: (record) => arrayOf(get(record, 'content')),
  begin: (build, record) => build.trajectory(record.rawStart, str(get(record, 'id'))),
  item(build, item) {
    if (isObject(item)) readItem(build, item);
  },
};

/** The Agent Data Protocol: `content[]` of observations and actions, each with its `class_`. */
export const adp: Format = {
  id: 'adp',
  title: 'ADP trajectory',
  recordNames: nameBits('content'),
  detect({ samples }) {
    for (const sample of samples) {
      const item = firstItems(get(sample, 'content')).find((one) => get(one, 'class_'));
      const name = str(get(item ?? null, 'class_'));
      if (name !== null) return `\`content[]\` with \`class_: ${name}\``;
    }
    return null;
  },
  record(build, { value }) {
    readList(list, build, value);
  },
  list,
};

function readItem(build: Builder, item: JsonNode): void {
  const name = str(get(item, 'class_'));
  if (name === 'text_observation') textObservation(build, item);
  else if (name === 'web_observation') {
    build.result();
    build.put('observation', content(getAny(item, 'axtree', 'html')));
  } else if (name === 'api_action') {
    act(build, item);
    build.call({ name: content(get(item, 'function')), arguments: content(get(item, 'kwargs')) });
  } else if (name === 'code_action') {
    act(build, item);
    build.put('action', content(get(item, 'content')));
  } else if (name === 'message_action') {
    act(build, item);
    const text = get(item, 'content');
    if (isString(text)) agentText(build, content(text));
  }
}

function act(build: Builder, item: JsonNode): void {
  build.run();
  const description = get(item, 'description');
  if (isString(description)) build.put('reasoning', content(description));
}

/** What stands in the user's name right after an action is its result. */
function textObservation(build: Builder, item: JsonNode): void {
  const text = content(get(item, 'content'));
  const source = str(get(item, 'source'));
  if (str(get(item, 'name')) === 'system' || source === 'system') build.outer('system', text);
  else if (source === 'user' && !build.awaitsResult) build.outer('task', text);
  else {
    build.result({ name: str(get(item, 'name')) });
    build.put('observation', text);
  }
}
