import type { Builder } from '../assemble/builder.ts';
import {
  arrayOf,
  namesOf,
  content,
  firstItems,
  get,
  getAny,
  isArray,
  isObject,
  isString,
  itemsOf,
  rawText,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { readList, type Format, type RecordList } from './format.ts';
import type { Slice } from '../text/source.ts';
import { agentText } from './shared/agentText.ts';
import { chatCall, textOfPart, textParts, userMessage } from './shared/chat.ts';
import { putThoughts, thoughtsOf } from './shared/thoughts.ts';

const list: RecordList = {
  of: eventsOf,
  begin: (build, record) =>
    build.trajectory(record.rawStart, str(getAny(record, 'id', 'instance_id'))),
  item: readEvent,
};

/** OpenHands from V1 on: events with a `kind`, one a line or in a list. */
export const openHandsV1: Format = {
  id: 'openhands_v1',
  title: 'OpenHands V1 events',
  recordNames: nameBits('kind', 'events', 'history'),
  detect({ samples }) {
    for (const sample of samples) {
      if (isEvent(sample)) return `events of kind \`${str(get(sample, 'kind'))}\``;
      const inner = firstItems(eventsOf(sample)).find(isEvent);
      if (inner) return `events of kind \`${str(get(inner, 'kind'))}\` in a list`;
    }
    return null;
  },
  record(build, { value, range }) {
    if (eventsOf(value)) readList(list, build, value);
    else {
      if (!build.isOpen) build.trajectory(range.start);
      readEvent(build, value);
    }
  },
  list,
};

/** Sessions have `events`, rows of evaluations `history`. */
function eventsOf(record: JsonNode): JsonNode | null {
  return arrayOf(get(record, 'events')) ?? arrayOf(get(record, 'history'));
}

function isEvent(node: JsonNode): boolean {
  return str(get(node, 'kind'))?.endsWith('Event') ?? false;
}

function readEvent(build: Builder, event: JsonNode): void {
  const kind = str(get(event, 'kind'));
  if (kind === 'SystemPromptEvent') {
    build.outer('system');
    build.put('system', textOfPart(get(event, 'system_prompt') ?? event));
    const tools = get(event, 'tools');
    if (isArray(tools) && tools.first) build.tools(rawText(tools));
  } else if (kind === 'MessageEvent') {
    messageEvent(build, event);
  } else if (kind === 'ActionEvent') {
    actionEvent(build, event);
  } else if (kind === 'ObservationEvent') {
    observe(build, event, get(event, 'observation'));
  } else if (kind === 'AgentErrorEvent') {
    observe(build, event, get(event, 'error'));
  } else if (kind === 'UserRejectObservation') {
    observe(build, event, get(event, 'rejection_reason'));
  } else if (kind === 'CondensationSummaryEvent' || kind === 'Condensation') {
    build.outer('other', content(get(event, 'summary')));
  }
}

function messageEvent(build: Builder, event: JsonNode): void {
  const message = get(event, 'llm_message') ?? get(event, 'message');
  const value = get(message, 'content');
  if (str(get(event, 'source')) === 'agent') {
    build.turn(str(get(event, 'llm_response_id')));
    const thoughts = modelThinking(build, message);
    for (const part of isString(value) ? [value] : itemsOf(value))
      agentText(build, textOfPart(part), { thoughts });
  } else {
    userMessage(build, value);
  }
}

function actionEvent(build: Builder, event: JsonNode): void {
  build.turn(str(get(event, 'llm_response_id')));
  const thoughts = modelThinking(build, event);
  const thought = get(event, 'thought');
  for (const part of isString(thought) ? [thought] : itemsOf(thought))
    agentText(build, textOfPart(part), { calls: 'elsewhere', thoughts });
  const call = get(event, 'tool_call');
  if (isObject(call)) chatCall(build, call);
  else
    build.call({
      name: content(get(event, 'tool_name')),
      arguments: content(get(event, 'action')),
    });
}

const THINKING = namesOf('reasoning_content', 'thinking_blocks');

/** Thinking that the model gives apart: as a text, or in Anthropic's blocks. */
function modelThinking(build: Builder, node: JsonNode | null): readonly Slice[] {
  const thoughts = node ? thoughtsOf(node, THINKING) : [];
  putThoughts(build, thoughts);
  return thoughts;
}

function observe(build: Builder, event: JsonNode, value: JsonNode | null): void {
  build.result({ callId: str(get(event, 'tool_call_id')), name: str(get(event, 'tool_name')) });
  const inner = get(value, 'content');
  textParts(build, inner ?? value, 'observation');
}
