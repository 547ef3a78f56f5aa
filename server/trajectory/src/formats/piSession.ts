import type { Builder } from '../assemble/builder.ts';
import { content, get, is, isObject, isString, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import type { Format } from './format.ts';
import { chatMessage, textParts } from './shared/chat.ts';
import { chatRole } from './shared/roles.ts';
import { firstReason } from './shared/eventLines.ts';
import { readConversations } from './shared/readConversations.ts';
import { isTangled, MAIN, untangle } from './shared/recordTree.ts';
import { encodeLink, type TreeLink } from './shared/treeLink.ts';
import { textMark } from './shared/textMark.ts';

/**
 * Pi and its kin: a `session` line, then `message` lines with blocks; results have a role of their own.
 * `parentId` makes them a tree, whose other branches are trajectories of their own.
 */
export const piSession: Format = {
  id: 'pi_session',
  title: 'Pi session',
  recordNames: nameBits('type'),
  detect: ({ samples }) =>
    firstReason(samples, (sample) =>
      (is(get(sample, 'type'), 'session') && get(sample, 'id')) ||
      (is(get(sample, 'type'), 'message') && isString(get(get(sample, 'message'), 'role')))
        ? '`type: session` and `message` lines'
        : null,
    ),
  read(input, build) {
    const all = [...input.records()].map(({ value }) => value).filter(isObject);
    const links = all.map(linkOf);
    readConversations(build, all, {
      ...untangle(links),
      links,
      hasContent: () => true,
      idOf: (first) => (isHeader(first) ? str(get(first, 'id')) : null),
      read: readEvent,
    });
  },
  record(build, { value }) {
    if (!isObject(value)) return;
    if (!build.isOpen) build.trajectory(value.rawStart, str(get(value, 'id')));
    if (!isHeader(value)) readEvent(build, value);
  },
  links: {
    of: (record) => (isObject(record) ? encodeLink(linkOf(record)) : null),
    needWhole: isTangled,
  },
};

function isHeader(event: JsonNode): boolean {
  return is(get(event, 'type'), 'session');
}

function linkOf(event: JsonNode): TreeLink {
  const message = get(event, 'message');
  const isMessage = is(get(event, 'type'), 'message');
  const role = isObject(message) && isMessage ? chatRole(message) : 'other';
  return {
    chain: MAIN,
    own: isHeader(event) ? null : str(get(event, 'id')),
    parent: str(get(event, 'parentId')),
    session: null,
    part:
      role === 'user'
        ? 'prompt'
        : role === 'assistant'
          ? 'agent'
          : role === 'tool'
            ? 'result'
            : 'note',
    response: null,
    mark: textMark(message ?? event),
  };
}

function readEvent(build: Builder, event: JsonNode): void {
  const type = str(get(event, 'type'));
  const message = get(event, 'message');
  if (type === 'compaction' || type === 'branch_summary') {
    build.outer('other', content(get(event, 'summary')));
  } else if (type === 'custom_message') {
    build.outer('other');
    textParts(build, get(event, 'content'), 'other');
  } else if (type === 'message' && isObject(message)) readMessage(build, message);
}

function readMessage(build: Builder, message: JsonNode): void {
  const role = str(get(message, 'role'));
  if (role === 'bashExecution') build.outer('other', content(get(message, 'output')));
  else if (role === 'custom' || role === 'hookMessage') {
    build.outer('other');
    textParts(build, get(message, 'content'), 'other');
  } else chatMessage(build, message, { key: str(get(message, 'responseId')) });
}
