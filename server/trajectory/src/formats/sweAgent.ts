import type { Builder } from '../assemble/builder.ts';
import type { FactSheet } from '../facts/factSheet.ts';
import { milliseconds } from '../facts/readFacts.ts';
import {
  content,
  firstItem,
  firstItems,
  get,
  getAny,
  getPath,
  inside,
  is,
  isArray,
  isObject,
  isString,
  isTrue,
  itemsOf,
  nested,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { decodedSource, plainSlice, type Slice } from '../text/source.ts';
import type { Format } from './format.ts';
import { chatCall, chatMessage, textParts } from './shared/chat.ts';
import { chatRole } from './shared/roles.ts';

/**
 * SWE-agent's `.traj`: `trajectory[]` has thought, action and observation of each step; `history[]`
 * repeats them, and alone has the system prompt and the task. Old and demonstration files have history
 * only.
 */
export const sweAgent: Format = {
  id: 'sweagent_traj',
  title: 'SWE-agent trajectory',
  recordNames: nameBits('trajectory', 'history'),
  detect({ samples }) {
    for (const sample of samples) {
      const reason = isObject(sample) ? reasonFor(sample) : null;
      if (reason !== null) return reason;
    }
    return null;
  },
  record(build, { value }) {
    build.trajectory(value.rawStart, str(get(value, 'instance_id')));
    build.about(value, runFacts);
    const steps = itemsOf(get(value, 'trajectory')).filter(isObject);
    const history = itemsOf(get(value, 'history')).filter(isObject);
    if (steps.some(isTextMessage)) for (const message of steps) textMessage(build, message);
    else if (steps.length > 0) {
      if (history.length === 0) build.outer('task', content(getAny(value, ...TASKS)));
      withSteps(build, steps, history);
    } else historyOnly(build, history);
    build.close(value.rawEnd);
  },
};

/** What a log without SWE-agent's history calls its task. */
const TASKS = ['problem_statement', 'task', 'question', 'instruction', 'goal', 'query'];

function reasonFor(record: JsonNode): string | null {
  const history = get(record, 'history');
  const steps = firstItems(get(record, 'trajectory'));
  if (isArray(history) && get(record, 'trajectory')) return '`trajectory` beside `history`';
  const [first = null] = steps;
  if (get(first, 'thought') && get(first, 'action') && get(first, 'observation')) {
    return '`trajectory[]` with thought, action and observation';
  }
  if (steps.some(isTextMessage)) return '`trajectory[]` with `text` and `system_prompt`';
  const entry = firstItem(history);
  return (get(entry, 'agent') ?? get(entry, 'message_type')) ? '`history[]` with `agent`' : null;
}

/** The model stands in what the run could be replayed by; a step has its own time. */
function runFacts(sheet: FactSheet, record: JsonNode): void {
  sheet.sayModel(str(getPath(nested(get(record, 'replay_config')), 'agent', 'model', 'name')));
  for (const step of itemsOf(get(record, 'trajectory')))
    sheet.addDuration(milliseconds(get(step, 'execution_time')));
}

/** A message of the rows that nebius publishes. */
function isTextMessage(message: JsonNode): boolean {
  return get(message, 'role') !== null && get(message, 'system_prompt') !== null;
}

function textMessage(build: Builder, message: JsonNode): void {
  const role = chatRole(message);
  const text = get(message, 'text');
  if (role === 'assistant' && isString(text)) {
    build.run();
    fencedAction(build, inside(text));
  } else if (role === 'user' && build.currentStep > 0) {
    build.result();
    build.put('observation', content(text));
  } else if (role === 'system') {
    build.outer('system', content(getAny(message, 'system_prompt', 'text')));
  } else chatMessage(build, message);
}

/** SWE-agent takes what stands in the last fence for the command, and what is before it for the thought. */
function fencedAction(build: Builder, slice: Slice): void {
  const source = decodedSource(slice);
  const { text } = source;
  const close = /\n[ \t]*```\s*$/.exec(text);
  const open = close ? text.lastIndexOf('```', close.index) : -1;
  if (!close || open < 0) {
    build.say(plainSlice(source, 0, text.length));
    return;
  }
  const start = text.indexOf('\n', open) + 1;
  build.say(plainSlice(source, 0, open));
  build.label(plainSlice(source, open, start));
  build.put('action', plainSlice(source, start, close.index));
  build.label(plainSlice(source, close.index, text.length));
}

function withSteps(build: Builder, steps: JsonNode[], history: JsonNode[]): void {
  const system = history.find((entry) => chatRole(entry) === 'system');
  const task = history.find((entry) => chatRole(entry) === 'user' && !isDemo(entry));
  if (system) chatMessage(build, system);
  for (const entry of history) if (isDemo(entry)) other(build, entry);
  if (task) chatMessage(build, task);
  for (const step of steps) {
    build.turn();
    build.put('reasoning', content(get(step, 'thought')));
    build.put('action', content(get(step, 'action')));
    build.result();
    build.put('observation', content(get(step, 'observation')));
  }
}

function historyOnly(build: Builder, history: JsonNode[]): void {
  for (const entry of history) {
    const role = chatRole(entry);
    if (isDemo(entry)) other(build, entry);
    else if (role === 'assistant') assistant(build, entry);
    else if (role === 'user' && build.currentStep > 0) {
      build.result();
      textParts(build, get(entry, 'content'), 'observation');
    } else chatMessage(build, entry);
  }
}

/** Demonstrations put `thought` and `action` beside the `content` that joins them. */
function assistant(build: Builder, entry: JsonNode): void {
  const calls = itemsOf(get(entry, 'tool_calls')).filter(isObject);
  if (calls.length === 0) {
    chatMessage(build, entry);
    return;
  }
  build.turn();
  textParts(build, get(entry, 'content'), 'reasoning');
  for (const call of calls) chatCall(build, call);
}

function other(build: Builder, entry: JsonNode): void {
  build.outer('other');
  textParts(build, get(entry, 'content'), 'other');
}

function isDemo(entry: JsonNode): boolean {
  return isTrue(get(entry, 'is_demo')) || is(get(entry, 'message_type'), 'demonstration');
}
