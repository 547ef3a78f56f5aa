import type { Builder } from '../assemble/builder.ts';
import { firstItems, get, inside, isArray, isString, str, textIncludes } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { decodedSource, plainSlice, type Slice } from '../text/source.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { chatMessage, textParts } from './shared/chat.ts';
import { dropLabel } from './shared/labels.ts';
import { isMessageList, messageListOf } from './shared/messageLists.ts';
import { chatRole, isChatMessage } from './shared/roles.ts';

const FENCE = /```(?:mswea_bash_command|bash|sh)[ \t]*\r?\n([\s\S]*?)(?:\r?\n[ \t]*```|$)/g;
const HAS_FENCE = /```(?:mswea_bash_command|bash|sh)/;

const list: RecordList = {
  of: messagesOf,
  begin: (build, record) => build.trajectory(record.rawStart, str(get(record, 'instance_id'))),
  item(build, message) {
    if (isChatMessage(message)) readMessage(build, message);
  },
};

/**
 * mini-swe-agent: chat messages where the agent acts by one fenced shell command, and the environment
 * answers as the user; version 2 calls a tool instead.
 */
export const miniSweAgent: Format = {
  id: 'mini_swe_agent',
  title: 'mini-swe-agent trajectory',
  messageNames: nameBits('trajectory_format', 'role'),
  detect({ samples, root }) {
    for (const sample of samples) {
      const format = str(get(sample, 'trajectory_format'));
      if (format?.startsWith('mini-swe-agent')) return `\`trajectory_format\` ${format}`;
    }
    const records = isArray(root) && isChatMessage(root.first) ? [root] : samples;
    return records.some(actsInFences)
      ? 'assistant messages with one fenced shell command each'
      : null;
  },
  read({ root, records }, build) {
    if (isArray(root) && isChatMessage(root.first)) readList(list, build, root);
    else for (const { value } of records()) readList(list, build, value);
  },
  record(build, { value }) {
    readList(list, build, value);
  },
  list: {
    ...list,
    of: (root) => (isArray(root) && !isChatMessage(root.first) ? null : list.of(root)),
  },
};

function messagesOf(record: JsonNode): JsonNode | null {
  if (isArray(record)) return isMessageList(record, isChatMessage) ? record : null;
  return messageListOf(record, isChatMessage)?.list ?? null;
}

/** A chat about shell commands has them too, but no system prompt, or answers without any. */
function actsInFences(record: JsonNode): boolean {
  const messages = firstItems(messagesOf(record)).filter(isChatMessage);
  const agent = messages.filter((message) => chatRole(message) === 'assistant').slice(0, 3);
  const [first] = messages;
  return agent.length > 0 && agent.every(hasFence) && chatRole(first!) === 'system';
}

function hasFence(message: JsonNode): boolean {
  const text = get(message, 'content');
  return !get(message, 'tool_calls') && isString(text) && textIncludes(text, HAS_FENCE);
}

function readMessage(build: Builder, message: JsonNode): void {
  const role = chatRole(message);
  const text = get(message, 'content');
  if (role === 'user' && build.currentStep > 0) {
    build.result();
    textParts(build, text, 'observation');
  } else if (role === 'assistant' && isString(text) && textIncludes(text, HAS_FENCE)) {
    build.run();
    fencedText(build, inside(text));
  } else {
    chatMessage(build, message);
  }
}

function fencedText(build: Builder, slice: Slice): void {
  const source = decodedSource(slice);
  const said = (start: number, end: number): void => {
    build.say(dropLabel(build, plainSlice(source, start, end), /\**THOUGHTS?:?\**:?/y));
  };
  let at = 0;
  for (const match of source.text.matchAll(FENCE)) {
    said(at, match.index);
    const start = match.index + match[0].indexOf('\n') + 1;
    const end = start + match[1]!.length;
    build.label(plainSlice(source, match.index, start));
    build.put('action', plainSlice(source, start, end));
    at = match.index + match[0].length;
    build.label(plainSlice(source, end, at));
  }
  said(at, source.text.length);
}
