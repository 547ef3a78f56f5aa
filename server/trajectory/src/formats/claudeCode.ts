import type { Builder } from '../assemble/builder.ts';
import {
  get,
  getAny,
  inside,
  is,
  isObject,
  isString,
  isTrue,
  itemsOf,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import type { Format, JsonRecord } from './format.ts';
import { chatMessage, textOfPart, textParts } from './shared/chat.ts';
import { isInjected } from './shared/injected.ts';
import { isTangled, MAIN, untangle } from './shared/recordTree.ts';
import { encodeLink, type RecordPart, type TreeLink } from './shared/treeLink.ts';
import { loneId, readConversations } from './shared/readConversations.ts';
import { textMark } from './shared/textMark.ts';

/**
 * Claude Code's session logs, one event a line. `message` has Anthropic's form; several lines with the
 * same `message.id` are one response. `parentUuid` makes them a tree: side chains (sub-agents) and branches
 * that were rewound are trajectories of their own. What `toolUseResult`, `queue-operation` and progress
 * lines say stands elsewhere too.
 */
export const claudeCode: Format = {
  id: 'claude_code',
  title: 'Claude Code session',
  recordNames: nameBits('parentUuid', 'sessionId', 'loglines'),
  detect({ samples }) {
    for (const sample of samples) {
      if (get(sample, 'parentUuid') && get(sample, 'type')) return 'records with `parentUuid`';
      const typed = str(get(sample, 'type')) === str(get(get(sample, 'message'), 'role'));
      if (typed && get(sample, 'sessionId') && get(sample, 'message')) {
        return 'records with `sessionId` and `message`';
      }
      if (get(sample, 'loglines')) return '`loglines`';
    }
    return null;
  },
  read(input, build) {
    const all = [...events(input.records())];
    const links = all.map(linkOf);
    readConversations(build, all, { ...untangle(links), links, hasContent, idOf, read: readEvent });
  },
  record(build, { value }) {
    if (!hasContent(value)) return;
    if (!build.isOpen) build.trajectory(value.rawStart, loneId(idOf(value), linkOf(value)));
    readEvent(build, value);
  },
  needsWhole: (line) => /"loglines"/.test(line),
  links: {
    of: (record) => (isObject(record) ? encodeLink(linkOf(record)) : null),
    needWhole: isTangled,
  },
};

function* events(records: Iterable<JsonRecord>): Iterable<JsonNode> {
  for (const { value } of records) {
    const lines = get(value, 'loglines');
    if (lines) yield* itemsOf(lines).filter(isObject);
    else if (isObject(value)) yield value;
  }
}

function idOf(event: JsonNode): string | null {
  return str(get(event, 'agentId')) ?? str(get(event, 'sessionId'));
}

function linkOf(event: JsonNode): TreeLink {
  const message = get(event, 'message');
  const agent = str(get(event, 'agentId'));
  const side = agent === null ? null : `agent ${agent}`;
  return {
    chain: isTrue(get(event, 'isSidechain')) ? side : MAIN,
    own: str(get(event, 'uuid')),
    parent: str(getAny(event, 'parentUuid', 'logicalParentUuid')),
    session: str(get(event, 'sessionId')),
    part: partOf(event, message),
    response: str(get(message, 'id')),
    mark: textMark(message ? get(message, 'content') : get(event, 'content')),
  };
}

function partOf(event: JsonNode, message: JsonNode | null): RecordPart {
  if (is(get(event, 'type'), 'assistant')) return 'agent';
  if (!is(get(event, 'type'), 'user')) return 'note';
  if (isOther(event, message)) return 'result';
  const content = get(message, 'content');
  const parts = isString(content) ? [content] : itemsOf(content);
  if (parts.some(isResult)) return 'result';
  const isAsked = (part: JsonNode): boolean => {
    const text = textOfPart(part);
    return text === null || !isInjected(text);
  };
  return parts.some(isAsked) ? 'prompt' : 'result';
}

function hasContent(event: JsonNode): boolean {
  const type = str(get(event, 'type'));
  return type === 'user' || type === 'assistant' || type === 'summary' || type === 'system';
}

function readEvent(build: Builder, event: JsonNode): void {
  const type = str(get(event, 'type'));
  const message = get(event, 'message');
  if (type === 'summary' || type === 'system') {
    const text = get(event, type === 'summary' ? 'summary' : 'content');
    if (isString(text)) build.outer('other', inside(text));
  } else if (type === 'assistant') {
    if (isTrue(get(event, 'isApiErrorMessage'))) other(build, message);
    else if (isObject(message)) {
      chatMessage(build, message, { role: 'assistant', key: str(get(message, 'id')) });
    }
  } else if (isOther(event, message)) {
    other(build, message);
  } else if (isObject(message)) {
    chatMessage(build, message, { role: 'user' });
  }
}

function isOther(event: JsonNode, message: JsonNode | null): boolean {
  if (isTrue(get(event, 'isCompactSummary'))) return true;
  const meta = isTrue(get(event, 'isMeta')) || isTrue(get(event, 'isVisibleInTranscriptOnly'));
  return meta && !itemsOf(get(message, 'content')).some(isResult);
}

function isResult(part: JsonNode): boolean {
  return is(get(part, 'type'), 'tool_result');
}

function other(build: Builder, message: JsonNode | null): void {
  build.outer('other');
  textParts(build, get(message, 'content'), 'other');
}
