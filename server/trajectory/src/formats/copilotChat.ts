import type { Builder } from '../assemble/builder.ts';
import {
  arrayOf,
  content,
  firstItems,
  get,
  getAny,
  getPath,
  inside,
  is,
  isObject,
  isString,
  itemsOf,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { type Format, type RecordList } from './format.ts';
import { agentText } from './shared/agentText.ts';
import { chatCall, textOfPart, userMessage } from './shared/chat.ts';

const list: RecordList = {
  of: (record) => arrayOf(get(sessionOf(record), 'requests')),
  begin(build, record) {
    build.trajectory(record.rawStart, str(get(sessionOf(record), 'sessionId')));
  },
  item: readRequest,
};

/**
 * VS Code's chat sessions and exports: `requests[]`, each with what was asked, what was shown, and the rounds
 * of calls as the model made them. A session that is kept as a log has its state in the first line, and in
 * later ones what was added.
 */
export const copilotChat: Format = {
  id: 'copilot_chat',
  title: 'VS Code chat session',
  recordNames: nameBits('requests', 'v', 'k'),
  detect({ samples }) {
    for (const sample of samples) {
      const requests = [...firstItems(get(sessionOf(sample), 'requests')), ...added(sample)];
      if (requests.some(isRequest)) return '`requests[]` with `message` and `response`';
    }
    return null;
  },
  record(build, { value, range }) {
    if (list.of(value)) {
      list.begin!(build, value);
      for (const request of itemsOf(list.of(value))) readRequest(build, request);
      if (!isLog(value)) build.close(value.rawEnd);
      return;
    }
    const requests = added(value);
    if (requests.length > 0 && !build.isOpen) build.trajectory(range.start);
    for (const request of requests) readRequest(build, request);
  },
  list: { ...list, of: (record) => (isLog(record) ? null : list.of(record)) },
};

function isLog(record: JsonNode): boolean {
  return str(get(record, 'kind')) === '0' && get(record, 'v') !== null;
}

function sessionOf(record: JsonNode): JsonNode | null {
  return isLog(record) ? get(record, 'v') : record;
}

/** Of a log's line that adds to `requests`. */
function added(line: JsonNode): readonly JsonNode[] {
  const [key, ...deeper] = itemsOf(get(line, 'k'));
  return key && is(key, 'requests') && deeper.length === 0 ? itemsOf(get(line, 'v')) : [];
}

function isRequest(node: JsonNode): boolean {
  const isAsked = getPath(node, 'message', 'text') ?? getPath(node, 'message', 'parts');
  return isAsked !== null && (get(node, 'response') ?? get(node, 'result')) !== null;
}

function readRequest(build: Builder, request: JsonNode): void {
  const message = get(request, 'message');
  userMessage(build, get(message, 'text') ?? message);
  const metadata = getPath(request, 'result', 'metadata');
  const rounds = itemsOf(get(metadata, 'toolCallRounds')).filter(isObject);
  if (rounds.length > 0) {
    for (const round of rounds) readRound(build, round, get(metadata, 'toolCallResults'));
  } else {
    for (const part of itemsOf(get(request, 'response'))) shownPart(build, part);
  }
}

function readRound(build: Builder, round: JsonNode, results: JsonNode | null): void {
  build.turn(str(get(round, 'id')));
  const thinking = get(round, 'thinking');
  const thoughts = get(thinking, 'text') ?? thinking;
  if (isString(thoughts)) build.put('reasoning', inside(thoughts));
  for (const thought of itemsOf(thoughts)) build.put('reasoning', textOfPart(thought));
  agentText(build, content(get(round, 'response')));
  const calls = itemsOf(get(round, 'toolCalls')).filter(isObject);
  for (const call of calls) chatCall(build, call);
  for (const call of calls) {
    const id = str(get(call, 'id'));
    const result = id === null ? null : get(results, id);
    if (!result) continue;
    build.result({ callId: id, name: str(get(call, 'name')) });
    for (const part of itemsOf(get(result, 'content')))
      resultTexts(build, get(part, 'value') ?? part);
  }
}

/** A text, or the tree of one that was laid out for the model. */
function resultTexts(build: Builder, value: JsonNode): void {
  if (isString(value)) build.put('observation', inside(value));
  else if (isObject(value)) {
    const text = get(value, 'text');
    if (isString(text)) build.put('observation', inside(text));
    else {
      const node = get(value, 'node');
      if (node) resultTexts(build, node);
      for (const child of itemsOf(get(value, 'children'))) resultTexts(build, child);
    }
  }
}

/** What the screen showed: Markdown, thinking, and calls with what they were given and gave. */
function shownPart(build: Builder, part: JsonNode): void {
  const kind = str(get(part, 'kind'));
  const value = get(part, 'value');
  if (kind === 'thinking') {
    build.run();
    if (isString(value)) build.put('reasoning', inside(value));
  } else if (kind === 'toolInvocationSerialized' || kind === 'toolInvocation') {
    shownCall(build, part);
  } else if ((kind === null || kind === 'markdownContent') && isObject(part)) {
    const text = value ?? getPath(part, 'content', 'value');
    build.run();
    if (isString(text)) agentText(build, inside(text));
  }
}

function shownCall(build: Builder, part: JsonNode): void {
  const details = get(part, 'resultDetails');
  const id = str(get(part, 'toolCallId'));
  const data = get(part, 'toolSpecificData');
  const args =
    getAny(details, 'input') ??
    getAny(data, 'rawInput') ??
    getPath(data, 'commandLine', 'original');
  build.run();
  build.call({ id, name: content(get(part, 'toolId')), arguments: content(args) });
  const outputs = itemsOf(get(details, 'output'));
  if (outputs.length === 0) return;
  build.result({ callId: id });
  for (const output of outputs) build.put('observation', content(get(output, 'value')));
}
