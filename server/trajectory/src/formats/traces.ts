import type { Builder } from '../build/builder.ts';
import {
  content,
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
import type { Format, Input, Probe } from './format.ts';
import { flatMessages, hasFlatMessages } from './shared/flatSpan.ts';
import { messageRole, messagesIn, partsOf, traceMessage } from './shared/traceMessages.ts';

/**
 * Traces of model calls: OpenTelemetry with GenAI or OpenInference attributes, Langfuse, LangSmith. Each
 * span repeats the conversation so far; the last one that begins with the same words has it whole.
 */
export const traces: Format = {
  id: 'otel_openinference',
  title: 'Trace spans',
  detect({ samples }) {
    for (const sample of samples) {
      if (hasFlatMessages(sample)) return 'OpenInference span attributes';
      if (get(sample, 'trace') && get(sample, 'observations')) return '`trace` with `observations`';
      if (get(sample, 'resourceSpans')) return '`resourceSpans`';
      if (get(sample, 'openinference.span.kind') ?? attribute(sample, 'gen_ai.operation.name')) {
        return 'span attributes';
      }
    }
    return null;
  },
  read: readTraces,
};

/** LangSmith's runs, as they are posted and patched. */
export const langSmith: Format = {
  id: 'langsmith_runs',
  title: 'LangSmith runs',
  detect({ samples }: Probe) {
    const found = samples.some((sample) =>
      runsOf(sample).some((run) => get(run, 'run_type') ?? get(run, 'dotted_order')),
    );
    return found ? 'runs with `run_type`' : null;
  },
  read: readTraces,
};

/** Langfuse's view of a trace: by span, `input` and `output` as messages. */
export const langfuse: Format = {
  id: 'langfuse_chatml',
  title: 'Langfuse messages',
  detect({ samples }: Probe) {
    const [sample = null] = samples;
    const entry = isObject(sample) ? (sample.items[0] ?? null) : null;
    return get(get(entry, 'input'), 'success') && get(entry, 'output')
      ? '`input.success` and `output` by span'
      : null;
  },
  read: readTraces,
};

/** One model call: what it was given and what it gave. */
interface ModelCall {
  span: JsonNode;
  time: string;
  messages: JsonNode[];
  outputs: JsonNode[];
  plainOutput: JsonNode | null;
}

function readTraces(input: Input, build: Builder): void {
  const calls: ModelCall[] = [];
  for (const { value } of input.records()) {
    if (hasFlatMessages(value)) flatMessages(build, value);
    else calls.push(...modelCalls(spansOf(value)));
  }
  for (const call of lastOfEach(calls)) {
    build.trajectory(call.span.start, str(getAny(call.span, 'id', 'span_id', 'spanId')));
    for (const message of call.messages) traceMessage(build, message);
    for (const message of call.outputs) traceMessage(build, message);
    if (call.plainOutput) {
      build.turn();
      build.say(content(call.plainOutput));
    }
    build.close(call.span.end);
  }
}

/** A run is posted when it begins and patched when it ends: twice the same id. */
function runsOf(record: JsonNode): JsonNode[] {
  const lists = [get(record, 'post'), get(record, 'patch')].filter((list) => list !== null);
  return lists.length > 0 ? lists.flatMap((list) => itemsOf(list)) : [record];
}

function spansOf(record: JsonNode): readonly JsonNode[] {
  const observations = get(record, 'observations');
  if (isArray(observations)) return observations.items;
  const resources = itemsOf(get(record, 'resourceSpans'));
  if (resources.length > 0) {
    const scopes = resources.flatMap((one) => itemsOf(get(one, 'scopeSpans')));
    return scopes.flatMap((scope) => itemsOf(get(scope, 'spans')));
  }
  if (
    isObject(record) &&
    record.items.length > 0 &&
    record.items.every((item) => get(item, 'output'))
  ) {
    return record.items;
  }
  return runsOf(record);
}

const INPUTS = ['gen_ai.input.messages', 'input.value', 'ai.prompt.messages', 'gen_ai.prompt'];
const OUTPUTS = [
  'gen_ai.output.messages',
  'output.value',
  'ai.response.messages',
  'gen_ai.completion',
];

function modelCalls(spans: readonly JsonNode[]): ModelCall[] {
  const byId = new Map<string, ModelCall>();
  for (const span of spans) {
    const input = [getAny(span, 'input', 'inputs'), ...INPUTS.map((key) => attribute(span, key))];
    const output = [
      getAny(span, 'output', 'outputs'),
      ...OUTPUTS.map((key) => attribute(span, key)),
    ];
    const messages = firstMessages(input);
    const outputs = firstMessages(output);
    const plain =
      outputs.length === 0 && isString(output[0] ?? null) && nested(output[0]!) === null;
    const id = str(getAny(span, 'id', 'span_id', 'spanId')) ?? `at ${span.start}`;
    const known = byId.get(id);
    byId.set(id, {
      span,
      time: known?.time ?? str(getAny(span, 'startTime', 'start_time', 'startTimeUnixNano')) ?? '',
      messages: messages.length > 0 ? messages : (known?.messages ?? []),
      outputs: outputs.length > 0 ? outputs : (known?.outputs ?? []),
      plainOutput: plain ? output[0]! : null,
    });
  }
  return [...byId.values()].filter((call) => call.messages.length + call.outputs.length > 0);
}

function firstMessages(values: (JsonNode | null)[]): JsonNode[] {
  for (const value of values) {
    const messages = messagesIn(value);
    if (messages.length > 0) return messages;
  }
  return [];
}

/** An attribute of a span: by its dotted name in a map, or in a list of `{key, value}`. */
function attribute(span: JsonNode, name: string): JsonNode | null {
  const attributes = get(span, 'attributes') ?? get(get(span, 'metadata'), 'attributes');
  if (isArray(attributes)) {
    const entry = attributes.items.find((one) => str(get(one, 'key')) === name);
    return get(get(entry ?? null, 'value'), 'stringValue');
  }
  return get(attributes, name) ?? get(span, name);
}

/** Of the calls that begin with the same message, the one that goes on longest, the later on a tie. */
function lastOfEach(calls: ModelCall[]): ModelCall[] {
  const sorted = [...calls].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  const longest = new Map<string, ModelCall>();
  for (const call of sorted) {
    const key = opening(call);
    const known = longest.get(key);
    const answered = call.outputs.length > 0 || call.plainOutput !== null;
    const better = !known || call.messages.length > known.messages.length;
    const replaces = known && call.messages.length === known.messages.length && answered;
    if (better || replaces) longest.set(key, call);
  }
  return [...longest.values()];
}

/** The text of the first message that is not the system's; a call without input is like no other. */
function opening(call: ModelCall): string {
  const first = call.messages.find((message) => messageRole(message) !== 'system');
  if (!first) return `at ${call.span.start}`;
  const body = get(first, 'kwargs') ?? first;
  return partsOf(body)
    .map((part) => str(isString(part) ? part : getAny(part, 'text', 'content')) ?? '')
    .join('\n');
}
