import type { Builder } from '../assemble/builder.ts';
import { get, isObject } from '../json/jsonNode.ts';
import type { Format, Input, Probe } from './format.ts';
import { conversationsIn, type Conversation } from './shared/conversations.ts';
import { emitMessage, writesOf } from './shared/emitMessage.ts';
import { spanNodes, spansIn, traceReason, type TraceSpan } from './shared/traceSpans.ts';

/**
 * Traces of model calls: OpenTelemetry with the GenAI, OpenInference, Vercel or Vertex attributes, and the
 * spans of Langfuse, MLflow, Weave, Braintrust, the Agents SDK and others.
 */
export const traces: Format = {
  id: 'otel_openinference',
  title: 'Trace spans',
  detect({ samples }) {
    for (const sample of samples) {
      const reason = traceReason(sample);
      if (reason !== null) return reason;
    }
    return null;
  },
  read: readTraces,
};

/** LangSmith's runs, as they are posted and patched, or exported with their child runs. */
export const langSmith: Format = {
  id: 'langsmith_runs',
  title: 'LangSmith runs',
  detect({ samples }: Probe) {
    const found = samples.some((sample) =>
      spanNodes(sample).some((node) => get(node, 'run_type') ?? get(node, 'dotted_order')),
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

function readTraces(input: Input, build: Builder): void {
  const spans: TraceSpan[] = [];
  for (const { value } of input.records()) for (const span of spansIn(value)) spans.push(span);
  writeConversations(build, spans);
}

export function writeConversations(build: Builder, spans: readonly TraceSpan[]): void {
  for (const conversation of conversationsIn(spans)) emit(build, conversation);
}

function emit(build: Builder, { span, start, end, messages, tools }: Conversation): void {
  build.trajectory(start, span.id);
  if (tools !== null) build.tools(tools);
  const writes = writesOf(messages);
  for (const message of messages) emitMessage(build, message, writes);
  build.close(end);
}
