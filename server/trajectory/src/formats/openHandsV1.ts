import type { Builder } from '../build/builder.ts';
import {
  arrayOf,
  content,
  get,
  getAny,
  isObject,
  isString,
  itemsOf,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { agentText } from './shared/agentText.ts';
import { chatCall, textOfPart, textParts, userMessage } from './shared/chat.ts';

const list: RecordList = {
  of: (record) => arrayOf(get(record, 'events')),
  begin: (build, record) =>
    build.trajectory(record.start, str(getAny(record, 'id', 'instance_id'))),
  item: readEvent,
};

/** OpenHands from V1 on: events with a `kind`, one a line or in a list. */
export const openHandsV1: Format = {
  id: 'openhands_v1',
  title: 'OpenHands V1 events',
  detect({ samples }) {
    for (const sample of samples) {
      const kind = str(get(sample, 'kind'));
      if (kind?.endsWith('Event')) return `events of kind \`${kind}\``;
      const inner = str(get(itemsOf(get(sample, 'events'))[0] ?? null, 'kind'));
      if (inner?.endsWith('Event')) return `\`events[]\` of kind \`${inner}\``;
    }
    return null;
  },
  record(build, { value, range }) {
    if (get(value, 'events')) readList(list, build, value);
    else {
      if (!build.isOpen) build.trajectory(range.start);
      readEvent(build, value);
    }
  },
  list,
};

function readEvent(build: Builder, event: JsonNode): void {
  const kind = str(get(event, 'kind'));
  if (kind === 'SystemPromptEvent') {
    build.outer('system');
    build.put('system', textOfPart(get(event, 'system_prompt') ?? event));
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
    build.put('reasoning', content(get(message, 'reasoning_content')));
    for (const part of isString(value) ? [value] : itemsOf(value))
      agentText(build, textOfPart(part));
  } else {
    userMessage(build, value);
  }
}

function actionEvent(build: Builder, event: JsonNode): void {
  build.turn(str(get(event, 'llm_response_id')));
  build.put('reasoning', content(get(event, 'reasoning_content')));
  textParts(build, get(event, 'thought'), 'reasoning');
  const call = get(event, 'tool_call');
  if (isObject(call)) chatCall(build, call);
  else
    build.call({
      name: content(get(event, 'tool_name')),
      arguments: content(get(event, 'action')),
    });
}

function observe(build: Builder, event: JsonNode, value: JsonNode | null): void {
  build.result({ callId: str(get(event, 'tool_call_id')), name: str(get(event, 'tool_name')) });
  const inner = get(value, 'content');
  textParts(build, inner ?? value, 'observation');
}
