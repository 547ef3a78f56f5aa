import type { Range } from '@deepcoder/vocabulary';
import type { Builder } from '../assemble/builder.ts';
import { get, is, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import type { Format, Input } from './format.ts';
import { Attributes } from './shared/attributes.ts';
import { exchangesIn, STREAM, type Exchange } from './shared/exchanges.ts';
import { joinedObject } from './shared/joinedNode.ts';
import { placeOf, type TraceSpan } from './shared/traceSpans.ts';
import { writeConversations } from './traces.ts';

/** VCR's cassettes in YAML. */
const CASSETTE = /^\s*(?:---\s*)?(?:http_)?interactions:\s*\n-\s/;

/**
 * Requests to models with their answers: HAR archives, VCR's cassettes, proxies' and loggers' pairs, a
 * batch's answers. Requests repeat what came before, so that they are put together as in traces. Answers that
 * were streamed have no whole text, and are reported.
 */
export const recordedCalls: Format = {
  id: 'recorded_calls',
  title: 'Recorded model calls',
  recordNames: nameBits(
    'request',
    'custom_id',
    'log',
    'interactions',
    'http_interactions',
    'object',
    'type',
    'input',
  ),
  detect({ shape, samples, head }) {
    if (shape === 'text') {
      if (CASSETTE.test(head)) return 'a cassette in YAML';
      return isStream(head) ? 'events of a streamed response' : null;
    }
    if (samples.some((sample) => exchangesIn(sample).length > 0)) return 'requests with responses';
    const isStreamed = samples.length > 0 && samples.every(isChunk);
    return isStreamed ? 'chunks of streamed responses' : null;
  },
  read: readCalls,
};

const EVENTS =
  /"(?:chat\.completion\.chunk|content_block_delta|message_start|response\.created|candidates)"/;

function isStream(head: string): boolean {
  return STREAM.test(head) && EVENTS.test(head);
}

const ANTHROPIC = /^(?:message_(?:start|delta|stop)|content_block_(?:start|delta|stop)|ping)$/;

function isChunk(record: JsonNode): boolean {
  if (is(get(record, 'object'), 'chat.completion.chunk')) return true;
  return ANTHROPIC.test(str(get(record, 'type')) ?? '');
}

function readCalls(input: Input, build: Builder): void {
  if (input.shape === 'text') {
    reportText(build, input);
    return;
  }
  const spans: TraceSpan[] = [];
  let reported = false;
  for (const { value } of input.records()) {
    const exchanges = exchangesIn(value);
    for (const exchange of exchanges) {
      const span = spanOf(exchange, placeOf(value));
      // Without what was asked, equal answers are no repetition.
      if (exchange.request) spans.push(span);
      else writeConversations(build, [span]);
      if (exchange.stream) reportStream(build, exchange.stream);
    }
    if (exchanges.length > 0 || reported || !isChunk(value)) continue;
    reportStream(build, value);
    reported = true;
  }
  writeConversations(build, spans);
}

function spanOf({ node, id, request, response }: Exchange, trace: string): TraceSpan {
  const sides: [string, JsonNode][] = [];
  if (request) sides.push(['request_body', request]);
  if (response) sides.push(['response_body', response]);
  const attributes = new Attributes(joinedObject(sides));
  return { node, id, parent: null, trace, time: '', role: 'model', attributes };
}

function reportText(build: Builder, { head, source }: Input): void {
  const range = { start: 0, end: Math.min(1, source.text.length) };
  if (isStream(head)) reportRange(build, range);
  else {
    const message = 'Cassettes are read as JSON: record them with the JSON serializer.';
    build.problem('warning', 'unread-cassette', message, range);
  }
}

function reportStream(build: Builder, { source, start }: JsonNode): void {
  const at = source.toRaw(start);
  reportRange(build, { start: at, end: at + 1 });
}

function reportRange(build: Builder, range: Range): void {
  const message =
    'This response was streamed: its texts stand in pieces, which cannot be learnt. Record whole responses.';
  build.problem('warning', 'streamed-response', message, range);
}
