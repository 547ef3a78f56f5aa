import type { SpanKind } from '@deepcoder/vocabulary';
import type { Builder } from '../assemble/builder.ts';
import type { FoundPicture } from '../assemble/placeHolders.ts';
import {
  arrayOf,
  content,
  firstItem,
  firstItems,
  get,
  getAny,
  inside,
  is,
  isArray,
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
import { textOfPart, userMessage } from './shared/chat.ts';
import { isInjected } from './shared/injected.ts';
import { pictureOfPart, putPicture } from './shared/pictureParts.ts';
import { withRewrites } from './shared/rewrites.ts';

const list: RecordList = {
  of: (record) =>
    arrayOf(record) ?? arrayOf(get(record, 'contents')) ?? arrayOf(get(record, 'messages')),
  begin(build, record) {
    build.trajectory(record.rawStart, str(getAny(record, 'id', 'sessionId')));
    const system = getAny(record, 'systemInstruction', 'system_instruction');
    if (!system) return;
    build.outer('system', isString(system) ? inside(system) : null);
    for (const part of itemsOf(get(system, 'parts'))) build.put('system', textOfPart(part));
  },
  item(build, item) {
    if (hasParts(item)) readContent(build, item);
    else sessionMessage(build, item);
  },
  end(build, record) {
    if (arrayOf(get(record, 'contents')))
      for (const message of itemsOf(get(record, 'messages'))) sessionMessage(build, message);
    for (const candidate of itemsOf(get(record, 'candidates')))
      readContent(build, get(candidate, 'content'));
    build.close(record.rawEnd);
  },
};

/**
 * Gemini's `contents[]` with `parts`, in requests, streamed responses and event lines (Qwen Code), and
 * the Gemini CLI's sessions, which keep thoughts and calls beside the text.
 */
export const geminiContents: Format = {
  id: 'gemini_contents',
  title: 'Gemini contents',
  recordNames: nameBits(
    'contents',
    'parts',
    'message',
    'messages',
    'type',
    'sessionId',
    'candidates',
    'response',
  ),
  detect({ samples }) {
    for (const sample of samples) {
      if (firstItems(get(sample, 'contents')).some(hasParts)) return '`contents[]` with `parts`';
      if (firstItems(sample).some(hasParts)) return 'lists of messages with `parts`';
      if (hasParts(sample) || hasParts(get(sample, 'message'))) return 'messages with `parts`';
      if (isSession(sample)) return 'session `messages[]` of type `gemini`';
      if (isSessionLine(sample)) return 'session lines of type `gemini`';
      if (chunksOf(sample).some((chunk) => get(chunk, 'candidates'))) return '`candidates[]`';
    }
    return null;
  },
  record(build, { value, range }) {
    if (isArray(value) || (get(value, 'contents') ?? get(value, 'messages'))) {
      readList(list, build, value);
    } else {
      if (!build.isOpen) build.trajectory(range.start, str(get(value, 'sessionId')));
      readLine(build, value);
    }
  },
  list: {
    ...list,
    of: (record) => (hasMoreThanList(record) ? null : list.of(record)),
  },
  adapt: ({ shape, samples }) =>
    shape === 'jsonl' && samples.some(isSessionLine) ? geminiSessionLines : geminiContents,
};

/** The Gemini CLI's sessions with a line for each message, and for each change of one. */
const geminiSessionLines: Format = {
  ...{ id: 'gemini_contents', title: geminiContents.title, detect: geminiContents.detect },
  ...withRewrites(sessionMessage),
};

function isSessionLine(sample: JsonNode): boolean {
  if (is(get(sample, 'type'), 'gemini')) return get(sample, 'content') !== null;
  return (
    get(sample, 'sessionId') !== null &&
    get(sample, 'projectHash') !== null &&
    !isArray(get(sample, 'contents')) &&
    itemsOf(get(sample, 'messages')).length === 0
  );
}

/** Contents and messages, or an answer that comes after them. */
function hasMoreThanList(record: JsonNode): boolean {
  if (get(record, 'candidates')) return true;
  return get(record, 'contents') !== null && get(record, 'messages') !== null;
}

function hasParts(node: JsonNode | null): boolean {
  return isArray(get(node, 'parts')) && get(node, 'role') !== null;
}

function isSession(record: JsonNode): boolean {
  const messages = firstItems(get(record, 'messages'));
  return messages.some((message) => is(get(message, 'type'), 'gemini'));
}

function chunksOf(line: JsonNode): readonly JsonNode[] {
  const response = get(line, 'response') ?? line;
  return isArray(response) ? response.items : [response];
}

function readLine(build: Builder, line: JsonNode): void {
  const message = get(line, 'message');
  if (hasParts(line)) readContent(build, line);
  else if (hasParts(message)) readContent(build, message);
  else {
    const chunks = chunksOf(line).filter((chunk) => get(chunk, 'candidates'));
    if (chunks.length > 0) build.turn();
    for (const chunk of chunks) {
      const first = firstItem(get(chunk, 'candidates'));
      for (const part of itemsOf(get(get(first, 'content'), 'parts'))) modelPart(build, part);
    }
  }
}

function readContent(build: Builder, item: JsonNode | null): void {
  const parts = itemsOf(get(item, 'parts'));
  const role = str(get(item, 'role'));
  if (role === 'model') {
    build.run();
    for (const part of parts) modelPart(build, part);
  } else if (role === 'system') {
    build.outer('system');
    for (const part of parts) build.put('system', textOfPart(part));
  } else {
    userParts(build, parts);
  }
}

function modelPart(build: Builder, part: JsonNode): void {
  const call = get(part, 'functionCall') ?? get(part, 'function_call');
  if (isObject(call)) {
    build.call({
      id: str(get(call, 'id')),
      name: content(get(call, 'name')),
      arguments: content(get(call, 'args')),
    });
    return;
  }
  const code = get(get(part, 'executableCode'), 'code');
  if (code) build.put('action', content(code));
  else if (isTrue(get(part, 'thought'))) build.put('reasoning', textOfPart(part));
  else if (textOfPart(part) || !putPicture(build, 'answer', part))
    agentText(build, textOfPart(part));
}

/** Pictures before a text are of its message; such as stand alone after a turn show what it led to. */
function userParts(build: Builder, parts: readonly JsonNode[]): void {
  let open: 'task' | 'other' | 'observation' | null = null;
  let waiting: FoundPicture[] = [];
  const show = (kind: SpanKind): void => {
    for (const found of waiting) build.picture(kind, found);
    waiting = [];
  };
  for (const part of parts) {
    const response = get(part, 'functionResponse') ?? get(part, 'function_response');
    const text = textOfPart(part);
    const found = isObject(response) || text ? null : pictureOfPart(build, part);
    if (isObject(response)) {
      functionResponse(build, response);
      open = 'observation';
    } else if (text) {
      open = isInjected(text) ? 'other' : 'task';
      build.outer(open);
      show(open);
      build.put(open, text);
    } else if (found) {
      waiting.push(found);
      if (open) show(open);
    }
  }
  if (waiting.length === 0) return;
  build.wordlessUser();
  show(build.currentStep > 0 ? 'observation' : 'task');
}

function functionResponse(build: Builder, response: JsonNode, isError = false): void {
  const [callId, name] = [str(get(response, 'id')), str(get(response, 'name'))];
  build.result({ callId, name, isError });
  build.put('observation', content(get(response, 'response')));
  for (const part of itemsOf(get(response, 'parts'))) putPicture(build, 'observation', part);
}

function sessionMessage(build: Builder, message: JsonNode): void {
  const type = str(getAny(message, 'type', 'role'));
  const value = get(message, 'content');
  if (type === 'user') userMessage(build, value);
  else if (type === 'gemini' || type === 'model' || type === 'assistant')
    geminiMessage(build, message);
  else build.outer('other', isString(value) ? inside(value) : null);
}

function geminiMessage(build: Builder, message: JsonNode): void {
  build.run();
  for (const thought of itemsOf(get(message, 'thoughts'))) {
    build.put('reasoning', content(get(thought, 'subject')));
    build.put('reasoning', content(get(thought, 'description')));
  }
  const value = get(message, 'content');
  for (const part of isArray(value) ? value.items : value ? [value] : []) {
    agentText(build, textOfPart(part));
  }
  const calls = itemsOf(get(message, 'toolCalls')).filter(isObject);
  for (const call of calls) {
    build.call({
      id: str(get(call, 'id')),
      name: content(get(call, 'name')),
      arguments: content(get(call, 'args')),
    });
  }
  for (const call of calls) {
    const isError = is(get(call, 'status'), 'error') || is(get(call, 'status'), 'cancelled');
    for (const part of itemsOf(get(call, 'result'))) {
      const response = get(part, 'functionResponse');
      if (isObject(response)) functionResponse(build, response, isError);
    }
  }
}
