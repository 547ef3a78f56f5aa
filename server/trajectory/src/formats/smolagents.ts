import type { Builder } from '../assemble/builder.ts';
import {
  arrayOf,
  content,
  firstItems,
  get,
  getAny,
  isArray,
  isObject,
  isString,
  itemsOf,
  nested,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { agentText } from './shared/agentText.ts';
import { textOfPart } from './shared/chat.ts';
import { dropLabel } from './shared/labels.ts';
import { listedCalls } from './shared/smolagentsCalls.ts';
import { codeAgentText, isActionStep, memoryStep } from './shared/smolagentsSteps.ts';

const list: RecordList = {
  of: (record) => arrayOf(get(record, 'intermediate_steps')),
  begin(build, record) {
    build.trajectory(record.rawStart, str(get(record, 'task_id')));
    const answer = get(record, 'intermediate_steps');
    if (isString(answer) && !isArray(nested(answer))) askedOnce(build, record, answer);
  },
  item: readMessage,
};

/** The steps of an agent's memory, with its system prompt and its task among them or beside them. */
const memory: RecordList = {
  of: memoryOf,
  begin(build, record) {
    build.trajectory(record.rawStart, str(getAny(record, 'task_id', 'id')));
    const system = get(record, 'system_prompt');
    if (system) memoryStep(build, isObject(system) ? system : record);
    const isTold = itemsOf(memoryOf(record)).some((step) => get(step, 'task'));
    if (!isTold) build.outer('task', content(getAny(record, 'task', 'question')));
  },
  item: memoryStep,
};

function memoryOf(record: JsonNode): JsonNode | null {
  const steps = isArray(record) ? record : arrayOf(getAny(record, 'steps', 'memory_steps'));
  return firstItems(steps).some(isActionStep) ? steps : null;
}

/**
 * smolagents' runs: `intermediate_steps[]` of messages, where the agent acts in code or in printed calls,
 * and a `tool-call` message repeats them; or the steps of its memory.
 */
export const smolagents: Format = {
  id: 'smolagents_steps',
  title: 'smolagents run',
  recordNames: nameBits('intermediate_steps', 'step_number', 'steps', 'memory_steps'),
  detect({ samples }) {
    for (const sample of samples) {
      if (get(sample, 'intermediate_steps') && get(sample, 'agent_action_type'))
        return '`intermediate_steps` with `agent_action_type`';
      if (isActionStep(sample)) return 'steps of its memory';
      if (memoryOf(sample)) return '`steps[]` of its memory';
    }
    return null;
  },
  record(build, { value, range }) {
    if (get(value, 'intermediate_steps')) readList(list, build, value);
    else if (memoryOf(value)) readList(memory, build, value);
    else if (isObject(value)) {
      if (!build.isOpen) build.trajectory(range.start);
      memoryStep(build, value);
    }
  },
  list: {
    of: (record) => list.of(record) ?? memoryOf(record),
    begin(build, record) {
      (memoryOf(record) ? memory : list).begin?.(build, record);
    },
    item(build, item) {
      if (get(item, 'role')) readMessage(build, item);
      else memoryStep(build, item);
    },
  },
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
    for (const text of texts) codeAgentText(build, text);
  } else if (role === 'tool-call') {
    if (!build.awaitsResult) for (const text of texts) listedCalls(build, text);
  } else if (role === 'tool-response') {
    build.result();
    for (const text of texts) build.put('observation', dropLabel(build, text, OBSERVATION));
  }
}
