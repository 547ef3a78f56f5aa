import type { Builder } from '../assemble/builder.ts';
import {
  arrayOf,
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
  itemsOf,
  literal,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { chatCall } from './shared/chat.ts';

const list: RecordList = {
  of: (record) => arrayOf(get(record, 'history')),
  begin: (build, record) => build.trajectory(record.rawStart, str(get(record, 'instance_id'))),
  item(build, event) {
    for (const one of isArray(event) ? event.items : [event]) readEvent(build, one);
  },
};

/**
 * OpenHands before V1: a list of events, or result lines with `history`. The model's call stands in an
 * action event's `tool_call_metadata`; the observation event repeats it. Old events are flat.
 */
export const openHands: Format = {
  id: 'openhands_events',
  title: 'OpenHands events',
  recordNames: nameBits('source', 'action', 'history'),
  detect({ samples }) {
    for (const sample of samples) {
      const [first = sample] = firstItems(get(sample, 'history'));
      const event = firstItem(first) ?? first;
      if (isString(get(event, 'source')) && isString(get(event, 'action')))
        return '`source` with `action`';
      if (isString(get(event, 'source')) && isString(get(event, 'observation'))) {
        return '`source` with `observation`';
      }
      if (isString(get(event, 'action')) && get(event, 'wait_for_response'))
        return '`history[]` of actions';
    }
    return null;
  },
  record(build, { value, range }) {
    if (get(value, 'history')) readList(list, build, value);
    else {
      if (!build.isOpen) build.trajectory(range.start);
      readEvent(build, value);
    }
  },
  list,
};

/** Bookkeeping of the program, neither the model's nor the environment's. */
const SILENT = new Set([
  'change_agent_state',
  'recall',
  'null',
  'agent_state_changed',
  'pause',
  'resume',
]);

function readEvent(build: Builder, event: JsonNode): void {
  const action = str(get(event, 'action'));
  const observation = str(get(event, 'observation'));
  if (action !== null) {
    if (!SILENT.has(action)) actionEvent(build, event, action);
  } else if (observation !== null && !SILENT.has(observation)) {
    build.result({
      callId: str(getPath(event, 'tool_call_metadata', 'tool_call_id')),
      name: str(getPath(event, 'tool_call_metadata', 'function_name')),
    });
    build.put('observation', content(get(event, 'content')));
  }
}

function actionEvent(build: Builder, event: JsonNode, action: string): void {
  const args = get(event, 'args') ?? event;
  const source = str(get(event, 'source'));
  if (action === 'system') build.outer('system', content(get(args, 'content')));
  else if (action === 'condensation') build.outer('other', content(get(args, 'summary')));
  else if (action === 'message') messageEvent(build, args, source);
  else if (source === 'user') build.outer('task', content(getAny(args, 'content', 'command')));
  else agentAction(build, event, args);
}

/** Flat events have no source: the first message is the user's. */
function messageEvent(build: Builder, args: JsonNode, source: string | null): void {
  const text = content(get(args, 'content'));
  if (source === 'user' || (source === null && build.currentStep === 0)) build.outer('task', text);
  else if (source === 'environment') build.outer('other', text);
  else {
    build.turn();
    build.say(text);
  }
}

function agentAction(build: Builder, event: JsonNode, args: JsonNode): void {
  const metadata = get(event, 'tool_call_metadata');
  const response = get(metadata, 'model_response');
  build.turn(str(get(response, 'id')));
  const thought = get(args, 'thought');
  if (isString(thought)) build.put('reasoning', inside(thought));
  const id = str(get(metadata, 'tool_call_id'));
  const message = get(firstItem(get(response, 'choices')), 'message');
  const calls = itemsOf(get(message, 'tool_calls'));
  const call = calls.find((one) => id !== null && is(get(one, 'id'), id)) ?? null;
  if (call) chatCall(build, call);
  else plainAction(build, event, args);
}

const CONTENTS = [
  'command',
  'code',
  'url',
  'path',
  'content',
  'browser_actions',
  'final_thought',
  'outputs',
];

function plainAction(build: Builder, event: JsonNode, args: JsonNode): void {
  const thought = content(get(args, 'thought'));
  const name = content(get(event, 'action'));
  if (args !== event && isObject(args) && (!thought || thought.end <= thought.start)) {
    build.call({ name, arguments: literal(args) });
    return;
  }
  const contents = CONTENTS.map((key) => content(get(args, key))).filter((one) => one !== null);
  build.call({ name, arguments: contents[0] ?? null });
  for (const rest of contents.slice(1)) build.put('action', rest);
}
