import {
  arrayOf,
  get,
  getAny,
  isArray,
  isNull,
  isObject,
  itemsOf,
  mayHave,
  namesOf,
  str,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { Attributes } from './attributes.ts';

/** What a span is about: one call of a model, of a tool, or what goes on around these. */
type SpanRole = 'model' | 'tool' | 'around' | 'unknown';

export interface TraceSpan {
  node: JsonNode;
  id: string | null;
  parent: string | null;
  /** Its id; where there is none, where the record stands. */
  trace: string;
  /** Sorts as text. */
  time: string;
  role: SpanRole;
  attributes: Attributes;
}

/** The spans in one record of a file, in whichever envelope they are kept or sent. */
export function spansIn(record: JsonNode): TraceSpan[] {
  const byId = new Map<string, TraceSpan>();
  const spans: TraceSpan[] = [];
  for (const node of spanNodes(record)) {
    const span = readSpan(node);
    if (span.trace === '') span.trace = placeOf(record);
    const known = span.id === null ? null : byId.get(span.id);
    if (known) known.attributes.add(node);
    else {
      spans.push(span);
      if (span.id !== null) byId.set(span.id, span);
    }
  }
  return spans;
}

/** Tells a record from others, also where each is JSON in a string. */
export function placeOf({ rawStart }: JsonNode): string {
  return `at ${rawStart}`;
}

const LISTS = namesOf(
  ...['observations', 'spans', 'runs', 'calls', 'post', 'patch', 'batch', 'events'],
);
const CHILDREN = namesOf('child_runs', 'children', 'child_spans', 'sub_spans');

/** The spans in a record as they are written: one may be there twice, when it began and when it ended. */
export function spanNodes(record: JsonNode): JsonNode[] {
  const found = listed(record);
  const nodes = found.length > 0 ? found : [record];
  const all: JsonNode[] = [];
  const queue = [...nodes].reverse();
  for (let node = queue.pop(); node; node = queue.pop()) {
    all.push(node);
    if (!mayHave(node, CHILDREN)) continue;
    for (const key of CHILDREN.keys) {
      for (const child of itemsOf(get(node, key)).filter(isObject).reverse()) queue.push(child);
    }
  }
  return all;
}

function listed(record: JsonNode): JsonNode[] {
  const resources = itemsOf(getAny(record, 'resourceSpans', 'resource_spans'));
  if (resources.length > 0) return resources.flatMap(scopedSpans);
  const found: JsonNode[] = [];
  for (const key of mayHave(record, LISTS) ? LISTS.keys : []) {
    const list = arrayOf(get(record, key));
    if (!list || (key === 'events' && hasAttributes(record))) continue;
    for (const node of list.items) if (isObject(node)) found.push(bodyOf(node));
  }
  if (found.length > 0) return found;
  const data = get(record, 'data');
  if (isObject(data) || isArray(data)) {
    const inner = (isArray(data) ? data.items : [data]).flatMap((one) => listed(one));
    if (inner.length > 0) return inner;
    if (isArray(data)) return data.items.filter(isObject);
  }
  return named(record);
}

function hasAttributes(record: JsonNode): boolean {
  return getAny(record, 'attributes', 'span_attributes', 'span_id', 'spanId', 'context') !== null;
}

function scopedSpans(resource: JsonNode): JsonNode[] {
  const scopes = itemsOf(
    getAny(resource, 'scopeSpans', 'scope_spans', 'instrumentationLibrarySpans'),
  );
  return scopes.flatMap((scope) => itemsOf(get(scope, 'spans')).filter(isObject));
}

/** What is sent in batches says what happens to which body. */
function bodyOf(node: JsonNode): JsonNode {
  const body = get(node, 'body');
  return isObject(body) && get(node, 'type') ? body : node;
}

/** Spans by name. */
function named(record: JsonNode): JsonNode[] {
  const isSpan = (item: JsonNode | null): boolean =>
    get(item, 'output') !== null && get(item, 'input') !== null;
  return isObject(record) && isSpan(record.first) && record.items.every(isSpan)
    ? [...record.items]
    : [];
}

function readSpan(node: JsonNode): TraceSpan {
  const attributes = new Attributes(
    node,
    getAny(node, 'attributes', 'span_attributes', 'SpanAttributes', 'tags'),
    get(get(node, 'metadata'), 'attributes'),
    getAny(node, 'span_data', 'data', 'otel_attributes'),
  );
  for (const event of eventsOf(node)) {
    const name = str(getAny(event, 'event_name', 'name', 'eventName')) ?? '';
    if (name === 'gen_ai.client.inference.operation.details')
      attributes.add(getAny(event, 'attributes', 'body'));
  }
  return {
    node,
    id: attributes.text(
      'span_id',
      'spanId',
      'context.span_id',
      'spanContext.spanId',
      'spanID',
      'SpanId',
      'id',
      'run_id',
      'uuid',
    ),
    parent: attributes.text(
      'parent_span_id',
      'parentSpanId',
      'parent_id',
      'parentId',
      'parentObservationId',
      'parent_observation_id',
      'parent_run_id',
      'parentSpanContext.spanId',
      'ParentSpanId',
    ),
    trace:
      attributes.text(
        'trace_id',
        'traceId',
        'context.trace_id',
        'spanContext.traceId',
        'traceID',
        'TraceId',
        'root_span_id',
      ) ?? '',
    time: timeOf(
      attributes.at(
        'start_time',
        'startTime',
        'startTimeUnixNano',
        'start_time_unix_nano',
        'started_at',
        'start_timestamp',
        'start_time_ns',
        'timestamp',
        'Timestamp',
      ),
    ),
    role: roleOf(attributes),
    attributes,
  };
}

export function eventsOf(span: JsonNode): readonly JsonNode[] {
  return itemsOf(getAny(span, 'span_events', 'events')).filter(isObject);
}

/** Numbers are filled up so that they sort as text; Node writes seconds and nanoseconds apart. */
function timeOf(value: JsonNode | null): string {
  if (isArray(value)) return value.items.map((item) => timeOf(item)).join('.');
  const text = str(value) ?? '';
  const whole = /^\d+/.exec(text)?.[0];
  return whole !== undefined && /^\d+(?:\.\d+)?$/.test(text)
    ? whole.padStart(24, '0') + text.slice(whole.length)
    : text;
}

const KINDS = [
  'openinference.span.kind',
  'gen_ai.operation.name',
  'ai.operationId',
  'mlflow.spanType',
  'langfuse.observation.type',
  'lmnr.span.type',
  'traceloop.span.kind',
  'llm.request.type',
  'span_attributes.type',
  'span_data.type',
  'span_type',
  'spanType',
  'run_type',
  'type',
  'kind',
  'event',
];

const MODEL =
  /^(?:llm|chat|chat_model|generation|completion|text_completion|generate_content|inference|model|response|ai\..*\.do(?:Generate|Stream))$/i;
const TOOL = /^(?:tool|execute_tool|function|mcp_tools|ai\.toolCall)$/i;
const AROUND =
  /^(?:span|agent|chain|workflow|task|invoke_agent|create_agent|retriever|retrieval|embeddings?|reranker|parser|prompt|evaluator|guardrail|event|custom|handoff|unknown|session|conversation|score|eval|ai\..*)$/i;

function roleOf(attributes: Attributes): SpanRole {
  for (const key of KINDS) {
    const kind = attributes.text(key)?.replace(/^"|"$/g, '') ?? '';
    if (MODEL.test(kind)) return 'model';
    if (TOOL.test(kind)) return 'tool';
    if (AROUND.test(kind)) return 'around';
  }
  return 'unknown';
}

/** Names that only programs that trace models and agents write. */
const MARK =
  /^(?:attributes\.)?(?:gen_ai\.|openinference\.|llm\.(?:input|output)_messages|llm\.(?:prompts|completions)|ai\.(?:prompt|response|operationId|toolCall)|mlflow\.|traceloop\.|gcp\.vertex\.agent\.|pydantic_ai\.|lmnr\.|langfuse\.)/;

/** What such a name begins with, also where its dots are levels: most keys are told by it from any such name. */
const MARK_HEAD =
  /(?:attributes|gen_ai|openinference|llm|ai|mlflow|traceloop|gcp|pydantic_ai|lmnr|langfuse)/y;

/** Why a value is a span, or holds spans, of a program that traces models; null if it is none. */
export function traceReason(sample: JsonNode): string | null {
  if (isLangfuse(sample)) return '`trace` with `observations`';
  for (const node of spanNodes(sample).slice(0, 40)) {
    const places = [
      node,
      getAny(node, 'attributes', 'span_attributes', 'SpanAttributes', 'tags'),
      get(get(node, 'metadata'), 'attributes'),
      ...eventsOf(node).slice(0, 5),
    ];
    for (const place of places) {
      const mark = markIn(place);
      if (mark !== null) return `span attribute \`${mark}\``;
    }
    const known = knownSpan(node);
    if (known !== null) return known;
  }
  return null;
}

function isLangfuse(sample: JsonNode): boolean {
  return isObject(get(sample, 'trace')) && isArray(get(sample, 'observations'));
}

function markIn(place: JsonNode | null): string | null {
  if (isArray(place)) {
    const keys = place.items.map((item) => str(get(item, 'key')) ?? '');
    return keys.find((key) => MARK.test(key)) ?? null;
  }
  if (!isObject(place)) return null;
  const { text } = place.source;
  for (const item of place.items.slice(0, 400)) {
    MARK_HEAD.lastIndex = item.keyStart;
    if (!MARK_HEAD.test(text)) continue;
    const key = text.slice(item.keyStart, Math.min(item.keyEnd, item.keyStart + 80));
    if (MARK.test(key)) return key;
    if (isObject(item) && !isNull(item)) {
      const path = innerMark(item, key);
      if (path !== null) return path;
    }
  }
  const name = str(getAny(place, 'event_name', 'name', 'eventName')) ?? '';
  return /^gen_ai\./.test(name) ? name : null;
}

/** `llm: {input_messages}` and `gen_ai: {...}`, where dots became levels. */
function innerMark(item: JsonNode, key: string): string | null {
  const { text } = item.source;
  for (const inner of item.items.slice(0, 60)) {
    const path = `${key}.${text.slice(inner.keyStart, Math.min(inner.keyEnd, inner.keyStart + 80))}`;
    if (MARK.test(path)) return path;
  }
  return null;
}

/** Spans of products whose keys are plain words: several of them together. */
function knownSpan(node: JsonNode): string | null {
  const has = (key: string): boolean => get(node, key) !== null;
  if (has('op_name') && has('inputs') && (has('trace_id') || has('output')))
    return 'calls with `op_name`';
  if (isObject(get(node, 'span_data')) && has('trace_id')) return 'spans with `span_data`';
  if (has('span_id') && isObject(get(node, 'span_attributes')) && (has('input') || has('output')))
    return 'spans with `span_attributes`';
  const isObservation = has('traceId') && (has('input') || has('output')) && has('type');
  if (isObservation) return 'observations with `traceId`';
  if (has('request_body') && has('response_body')) return '`request_body` with `response_body`';
  return null;
}
