import type { Builder } from '../build/builder.ts';
import { arrayOf, get, isArray, isObject, isString, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { decodedSource, plainSlice, type Slice, type Source } from '../text/source.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { textOfPart } from './shared/chat.ts';
import { dropLabel } from './shared/labels.ts';

const list: RecordList = {
  of: (record) => arrayOf(get(record, 'intermediate_steps')),
  begin: (build, record) => build.trajectory(record.start, str(get(record, 'task_id'))),
  item: readMessage,
};

/**
 * smolagents' runs: `intermediate_steps[]` of messages, where the agent acts in `<code>` tags, and a
 * `tool-call` message repeats the code.
 */
export const smolagents: Format = {
  id: 'smolagents_steps',
  title: 'smolagents run',
  detect({ samples }) {
    return samples.some(
      (sample) => get(sample, 'intermediate_steps') && get(sample, 'agent_action_type'),
    )
      ? '`intermediate_steps` with `agent_action_type`'
      : null;
  },
  record(build, { value }) {
    if (isObject(value)) readList(list, build, value);
  },
  list,
};

const TASK = /New task:/y;
const OBSERVATION = /Observation:/y;
const THOUGHT = /\**Thoughts?:\**/y;

function readMessage(build: Builder, message: JsonNode): void {
  const role = str(get(message, 'role'));
  const value = get(message, 'content');
  const texts = (isString(value) ? [value] : isArray(value) ? value.items : []).map(textOfPart);
  if (role === 'system') {
    build.outer('system');
    for (const text of texts) build.put('system', text);
  } else if (role === 'user') {
    build.outer('task');
    for (const text of texts) build.put('task', dropLabel(build, text, TASK));
  } else if (role === 'assistant') {
    build.turn();
    for (const text of texts) if (text) codeText(build, text);
  } else if (role === 'tool-response') {
    build.result();
    for (const text of texts) build.put('observation', dropLabel(build, text, OBSERVATION));
  }
}

/** Text and code; a closing tag that nothing opened makes the paragraph before it code. */
function codeText(build: Builder, slice: Slice): void {
  const source = decodedSource(slice);
  const { text } = source;
  const open = text.indexOf('<code>');
  const close = text.indexOf('</code>', Math.max(open, 0));
  const end = close < 0 ? text.length : close;
  const label = (start: number, length: number): void => {
    build.label(plainSlice(source, start, start + length));
  };
  if (open < 0 && close < 0) {
    say(build, source, { start: 0, end: text.length });
    return;
  }
  const start = open < 0 ? paragraphBefore(text, end) : open;
  say(build, source, { start: 0, end: start });
  if (open >= 0) label(open, '<code>'.length);
  build.put('action', plainSlice(source, open < 0 ? start : open + '<code>'.length, end));
  if (close < 0) return;
  label(close, '</code>'.length);
  say(build, source, { start: close + '</code>'.length, end: text.length });
}

function say(build: Builder, source: Source, { start, end }: { start: number; end: number }): void {
  build.say(dropLabel(build, plainSlice(source, start, end), THOUGHT));
}

function paragraphBefore(text: string, end: number): number {
  const gap = text.slice(0, end).trimEnd().lastIndexOf('\n\n');
  const start = gap < 0 ? 0 : gap;
  THOUGHT.lastIndex = /\S/.exec(text.slice(start, end))?.index ?? 0;
  return THOUGHT.test(text.slice(start, end)) ? end : start;
}
