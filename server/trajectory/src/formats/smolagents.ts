import type { Builder } from '../build/builder.ts';
import {
  arrayOf,
  content,
  get,
  getAny,
  isArray,
  isObject,
  isString,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import type { Slice } from '../text/source.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { agentText } from './shared/agentText.ts';
import { textOfPart } from './shared/chat.ts';
import { codeText } from './shared/codeText.ts';
import { dropLabel } from './shared/labels.ts';
import { listedCalls, printedCalls } from './shared/smolagentsCalls.ts';

const list: RecordList = {
  of: (record) => arrayOf(get(record, 'intermediate_steps')),
  begin(build, record) {
    build.trajectory(record.start, str(get(record, 'task_id')));
    const answer = get(record, 'intermediate_steps');
    if (isString(answer)) askedOnce(build, record, answer);
  },
  item: readMessage,
};

/**
 * smolagents' runs: `intermediate_steps[]` of messages, where the agent acts in code or in printed calls,
 * and a `tool-call` message repeats them.
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

/** A model without tools, for comparison: its steps are its answer. */
function askedOnce(build: Builder, record: JsonNode, answer: JsonNode): void {
  build.outer('task', content(getAny(record, 'question', 'original_question')));
  build.turn();
  agentText(build, content(answer));
}

const TASK = /New task:/y;
const OBSERVATION = /Observation:/y;

function readMessage(build: Builder, message: JsonNode): void {
  const role = str(get(message, 'role'));
  const value = get(message, 'content');
  const texts = (isString(value) ? [value] : isArray(value) ? value.items : [])
    .map(textOfPart)
    .filter((text) => text !== null);
  if (role === 'system') {
    build.outer('system');
    for (const text of texts) build.put('system', text);
  } else if (role === 'user') {
    build.outer('task');
    for (const text of texts) build.put('task', dropLabel(build, text, TASK));
  } else if (role === 'assistant') {
    build.turn();
    for (const text of texts) said(build, text);
  } else if (role === 'tool-call') {
    if (!build.awaitsResult) for (const text of texts) listedCalls(build, text);
  } else if (role === 'tool-response') {
    build.result();
    for (const text of texts) build.put('observation', dropLabel(build, text, OBSERVATION));
  }
}

function said(build: Builder, text: Slice): void {
  if (!printedCalls(build, text)) codeText(build, text);
}
