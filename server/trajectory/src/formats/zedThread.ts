import type { Builder } from '../assemble/builder.ts';
import {
  arrayOf,
  content,
  firstItems,
  get,
  getAny,
  inside,
  isObject,
  isString,
  isTrue,
  itemsOf,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { agentText } from './shared/agentText.ts';
import { isInjected } from './shared/injected.ts';

const list: RecordList = {
  of: (record) => arrayOf(get(record, 'messages')),
  begin(build, record) {
    build.trajectory(record.rawStart, str(get(record, 'id')));
  },
  item: readMessage,
};

/** Zed's threads, as Rust writes its enums: `{"Agent": {"content": [{"ToolUse": ...}], "tool_results"}}`. */
export const zedThread: Format = {
  id: 'zed_thread',
  title: 'Zed thread',
  recordNames: nameBits('messages'),
  detect({ samples }) {
    const isMessage = (message: JsonNode): boolean =>
      arrayOf(get(get(message, 'User') ?? get(message, 'Agent'), 'content')) !== null;
    const isOne = (sample: JsonNode): boolean =>
      firstItems(get(sample, 'messages')).some(isMessage);
    return samples.some(isOne) ? '`messages[]` of `User` and `Agent`' : null;
  },
  record: (build, { value }) => {
    readList(list, build, value);
  },
  list,
};

function readMessage(build: Builder, message: JsonNode): void {
  const agent = get(message, 'Agent');
  if (agent) agentMessage(build, agent);
  for (const part of itemsOf(get(get(message, 'User'), 'content'))) {
    const text = get(part, 'Text');
    if (!isString(text)) continue;
    const slice = inside(text);
    build.outer(isInjected(slice) ? 'other' : 'task', slice);
  }
}

function agentMessage(build: Builder, agent: JsonNode): void {
  build.run();
  for (const part of itemsOf(get(agent, 'content'))) {
    const [thought, use] = [get(part, 'Thinking'), get(part, 'ToolUse')];
    if (thought) build.put('reasoning', content(get(thought, 'text') ?? thought));
    else if (isObject(use)) {
      build.call({
        id: str(get(use, 'id')),
        name: content(get(use, 'name')),
        arguments: content(getAny(use, 'input', 'raw_input')),
      });
    } else agentText(build, content(get(part, 'Text')));
  }
  for (let result = get(agent, 'tool_results')?.first ?? null; result; result = result.next) {
    if (!isObject(result)) continue;
    build.result({
      callId: str(get(result, 'tool_use_id')),
      name: str(get(result, 'tool_name')),
      isError: isTrue(get(result, 'is_error')),
    });
    const value = get(result, 'content');
    build.put('observation', content(get(value, 'Text') ?? value));
  }
}
