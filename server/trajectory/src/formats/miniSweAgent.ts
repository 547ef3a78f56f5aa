import type { Builder } from '../build/builder.ts';
import {
  arrayOf,
  firstItems,
  get,
  inside,
  is,
  isArray,
  isString,
  str,
  textIncludes,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { decodedSource, plainSlice, type Slice } from '../text/source.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { chatMessage, textParts } from './shared/chat.ts';
import { chatRole, isChatMessage } from './shared/roles.ts';
import { dropLabel } from './shared/labels.ts';

const FENCE = /```(?:mswea_bash_command|bash|sh)[ \t]*\r?\n([\s\S]*?)(?:\r?\n[ \t]*```|$)/g;

const list: RecordList = {
  of: messagesOf,
  begin: (build, record) => build.trajectory(record.start, str(get(record, 'instance_id'))),
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
  detect({ samples, root }) {
    const format = str(get(samples[0] ?? null, 'trajectory_format'));
    if (format?.startsWith('mini-swe-agent')) return `\`trajectory_format\` ${format}`;
    const messages = firstItems(messagesOf(root)).filter(isChatMessage);
    const acting = messages.filter((message) => chatRole(message) === 'assistant').slice(0, 3);
    const fenced = acting.length > 0 && acting.every(hasFence);
    return fenced && is(get(messages[0] ?? null, 'role'), 'system')
      ? 'assistant messages with one fenced shell command each'
      : null;
  },
  read(input, build) {
    if (input.root) readList(list, build, input.root);
    else for (const { value } of input.records()) readList(list, build, value);
  },
  list,
};

function messagesOf(record: JsonNode | null): JsonNode | null {
  return isArray(record) ? record : arrayOf(get(record, 'messages'));
}

function hasFence(message: JsonNode): boolean {
  const text = get(message, 'content');
  return !get(message, 'tool_calls') && isString(text) && textIncludes(text, /```(?:mswea_)?bash/);
}

function readMessage(build: Builder, message: JsonNode): void {
  const role = chatRole(message);
  const text = get(message, 'content');
  if (role === 'user' && build.currentStep > 0) {
    build.result();
    textParts(build, text, 'observation');
  } else if (
    role === 'assistant' &&
    isString(text) &&
    textIncludes(text, /```(?:mswea_bash_command|bash|sh)/)
  ) {
    build.turn();
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
