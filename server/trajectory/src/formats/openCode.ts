import type { Builder } from '../assemble/builder.ts';
import {
  arrayOf,
  content,
  firstItems,
  get,
  getAny,
  getPath,
  is,
  isArray,
  isObject,
  isTrue,
  itemsOf,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { agentText } from './shared/agentText.ts';
import { textOfPart } from './shared/chat.ts';
import { isInjected } from './shared/injected.ts';

/** Messages by their `info` and `parts`. */
const list: RecordList = {
  of: (record) => arrayOf(get(record, 'messages')) ?? arrayOf(record),
  begin(build, record) {
    build.trajectory(record.rawStart, str(getPath(record, 'info', 'id')));
  },
  item: readMessage,
};

const EVENTS = /^(?:text|reasoning|tool_use|step_start|step_finish)$/;

/**
 * OpenCode's exports: messages with `info` and `parts`, where a tool's part has its result, and the events of
 * `opencode run --format json`, one part each.
 */
export const openCode: Format = {
  id: 'opencode',
  title: 'OpenCode session',
  recordNames: nameBits('messages', 'info', 'part'),
  detect({ samples }) {
    for (const sample of samples) {
      const items = [sample, ...firstItems(get(sample, 'messages')), ...firstItems(sample)];
      if (items.some(isMessage)) return 'messages with `info` and `parts`';
      if (isEvent(sample))
        return `events of type \`${str(get(sample, 'type')) ?? ''}\` with a part`;
    }
    return null;
  },
  record(build, { value, range }) {
    if (isMessage(value) || get(value, 'part')) {
      if (!build.isOpen) build.trajectory(range.start);
      if (isMessage(value)) readMessage(build, value);
      else readEvent(build, value);
    } else if (get(value, 'messages') || isArray(value)) readList(list, build, value);
  },
  list: { ...list, of: (record) => (isMessage(record) ? null : list.of(record)) },
};

function isMessage(node: JsonNode): boolean {
  return isObject(get(node, 'info')) && isArray(get(node, 'parts'));
}

function isEvent(node: JsonNode): boolean {
  return EVENTS.test(str(get(node, 'type')) ?? '') && get(get(node, 'part'), 'sessionID') !== null;
}

function readMessage(build: Builder, message: JsonNode): void {
  const info = get(message, 'info');
  const parts = itemsOf(get(message, 'parts'));
  if (is(get(info, 'role'), 'user')) {
    for (const part of parts) userPart(build, part);
  } else if (isTrue(get(info, 'summary'))) {
    build.outer('other');
    for (const part of parts) build.put('other', textOfPart(part));
  } else {
    build.turn(str(get(info, 'id')));
    agentParts(build, parts);
  }
}

function userPart(build: Builder, part: JsonNode): void {
  const text = is(get(part, 'type'), 'text') ? textOfPart(part) : null;
  if (!text) return;
  const isPut = isTrue(get(part, 'synthetic')) || isInjected(text);
  build.outer(isPut ? 'other' : 'task', text);
}

/** Calls in a row are one response's; their results come after all of them. */
function agentParts(build: Builder, parts: readonly JsonNode[]): void {
  let done: JsonNode[] = [];
  let isFirst = true;
  const settle = (): void => {
    for (const part of done) toolResult(build, part);
    done = [];
  };
  for (const part of parts) {
    if (is(get(part, 'type'), 'tool')) {
      toolCall(build, part);
      done.push(part);
      continue;
    }
    settle();
    if (is(get(part, 'type'), 'step-start')) {
      if (!isFirst) build.turn(str(get(part, 'id')));
      isFirst = false;
    } else agentPart(build, part);
  }
  settle();
}

function agentPart(build: Builder, part: JsonNode): void {
  const type = str(get(part, 'type'));
  if (type === 'reasoning') {
    build.run();
    build.put('reasoning', textOfPart(part));
  } else if (type === 'text') {
    build.run();
    agentText(build, textOfPart(part));
  }
}

function toolCall(build: Builder, part: JsonNode): void {
  build.call({
    id: str(get(part, 'callID')),
    name: content(get(part, 'tool')),
    arguments: content(getPath(part, 'state', 'input')),
  });
}

function toolResult(build: Builder, part: JsonNode): void {
  const state = get(part, 'state');
  const result = getAny(state, 'output', 'error');
  const status = str(get(state, 'status'));
  if (!result && status !== 'completed' && status !== 'error') return;
  build.result({
    callId: str(get(part, 'callID')),
    name: str(get(part, 'tool')),
    isError: status === 'error',
  });
  build.put('observation', content(result));
}

function readEvent(build: Builder, event: JsonNode): void {
  const part = get(event, 'part')!;
  build.nameTrajectory(str(getAny(event, 'sessionID') ?? get(part, 'sessionID')));
  if (is(get(event, 'type'), 'step_start')) build.turn(str(get(part, 'id')));
  else if (is(get(part, 'type'), 'tool')) {
    toolCall(build, part);
    toolResult(build, part);
  } else agentPart(build, part);
}
