import { content, get, getAny, is, keyNames, isObject, nested, str } from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import type { Slice } from '../../text/source.ts';
import { bare } from './atoms.ts';
import { resultContents, type CallPart, type MessagePart } from './messageParts.ts';
import { messagesIn, type TraceMessage } from './traceMessages.ts';
import { eventsOf, type TraceSpan } from './traceSpans.ts';

/** A call as the span of the tool itself has it. */
export interface ToolRun {
  span: TraceSpan;
  id: string | null;
  name: JsonNode | null;
  arguments: JsonNode | null;
  result: JsonNode | null;
}

export function toolRun(span: TraceSpan): ToolRun {
  const { attributes } = span;
  return {
    span,
    id: attributes.text(
      'gen_ai.tool.call.id',
      'ai.toolCall.id',
      'tool_call.id',
      'tool_call_id',
      'input.id',
    ),
    name: attributes.at(
      'gen_ai.tool.name',
      'ai.toolCall.name',
      'tool.name',
      'function',
      'span_data.name',
      'name',
    ),
    arguments: attributes.at(
      'gen_ai.tool.call.arguments',
      'ai.toolCall.args',
      'ai.toolCall.input',
      'tool_arguments',
      'gcp.vertex.agent.tool_call_args',
      'mlflow.spanInputs',
      'arguments',
      'input.value',
      'input',
      'inputs',
      'tool.parameters',
    ),
    result:
      attributes.at(
        'gen_ai.tool.call.result',
        'ai.toolCall.result',
        'ai.toolCall.output',
        'tool_response',
        'gcp.vertex.agent.tool_response',
        'mlflow.spanOutputs',
        'result',
        'output.value',
        'output',
        'outputs',
      ) ?? choiceOf(span.node),
  };
}

function choiceOf(span: JsonNode): JsonNode | null {
  const event = eventsOf(span).find((one) =>
    is(getAny(one, 'event_name', 'name'), 'gen_ai.choice'),
  );
  return get(get(event ?? null, 'attributes'), 'message');
}

/** Gives calls that no message answers the result that the tool's own span has. */
export function withResults(
  messages: readonly TraceMessage[],
  runs: readonly ToolRun[],
): TraceMessage[] {
  const free = new FreeRuns(runs);
  const all = messages.flatMap(({ parts }) => parts.filter((part) => part.type === 'result'));
  const ids = new Set(all.map(({ callId }) => callId));
  return groups(messages).flatMap((group) => {
    const calls = group.flatMap(({ role, parts }) =>
      role === 'assistant' ? parts.filter((part) => part.type === 'call') : [],
    );
    const results = group.flatMap(({ parts }) => parts.filter((part) => part.type === 'result'));
    if (results.length >= calls.length) return group;
    const unnamed = results.filter(({ callId }) => callId === null).length;
    const open = calls.filter(({ id }) => id === null || !ids.has(id)).slice(unnamed);
    return [...group, ...open.flatMap((call) => resultFor(call, free.take(call)))];
  });
}

/** What the agent says without a break, and what follows until it speaks again. */
function groups(messages: readonly TraceMessage[]): TraceMessage[][] {
  const found: TraceMessage[][] = [];
  messages.forEach((message, i) => {
    const begins =
      message.role === 'assistant' && (message.isNewTurn || messages[i - 1]?.role !== 'assistant');
    if (begins || found.length === 0) found.push([]);
    found[found.length - 1]!.push(message);
  });
  return found;
}

function resultFor(call: CallPart, run: ToolRun | null): TraceMessage[] {
  if (!run) return [];
  const part: MessagePart = {
    type: 'result',
    callId: call.id,
    name: null,
    isError: false,
    slices: slicesOf(run.result),
  };
  return part.slices.length > 0 ? [{ role: 'tool', name: 'tool', parts: [part] }] : [];
}

/** The runs of tools that no call was given yet. */
class FreeRuns {
  private readonly byId = new Map<string, ToolRun>();
  private readonly byName = new Map<string, ToolRun[]>();

  constructor(runs: readonly ToolRun[]) {
    for (const run of runs) {
      if (run.id !== null) this.byId.set(run.id, run);
      const name = nameOf(run);
      const list = this.byName.get(name);
      if (list) list.push(run);
      else this.byName.set(name, [run]);
    }
  }

  /** The run with the call's id, else one of its name, rather with its arguments. */
  take(call: CallPart): ToolRun | null {
    const named = this.byName.get(bare(call.name)) ?? [];
    const known = call.id === null ? undefined : this.byId.get(call.id);
    const wanted = bare(call.arguments);
    const alike = named.slice(0, 20).find((run) => bare(content(run.arguments)) === wanted);
    const run = known ?? alike ?? named[0];
    if (!run) return null;
    if (run.id !== null) this.byId.delete(run.id);
    const list = this.byName.get(nameOf(run)) ?? [];
    const at = list.indexOf(run);
    if (at >= 0) list.splice(at, 1);
    return run;
  }
}

/**
 * Tools' spans may say more than the name: `execute_tool search`. One that does not say what it is about is a
 * tool's if it has the tool's very name.
 */
function nameOf({ name, span }: ToolRun): string {
  const text = str(name) ?? '';
  return bare(content(name)) === '' || span.role !== 'tool'
    ? text
    : text.slice(text.lastIndexOf(' ') + 1);
}

/** A run of a tool as a turn, where no call of a model is recorded. */
export function runMessages(run: ToolRun): TraceMessage[] {
  const call: CallPart = {
    type: 'call',
    id: run.id,
    name: content(run.name),
    arguments: content(run.arguments),
  };
  const result: MessagePart = {
    type: 'result',
    callId: run.id,
    name: null,
    isError: false,
    slices: slicesOf(run.result),
  };
  return [
    { role: 'assistant', name: 'assistant', parts: [call] },
    { role: 'tool', name: 'tool', parts: [result] },
  ];
}

/** The result itself, a tool's message, or an object that holds nothing but the result. */
function slicesOf(result: JsonNode | null): Slice[] {
  const told = messagesIn(result).flatMap(({ parts }) =>
    parts.flatMap((part) => (part.type === 'result' ? part.slices : [])),
  );
  if (told.length > 0) return told;
  const object = nested(result);
  const alone = isObject(object) && keyNames(object).length === 1;
  const inner = alone ? getAny(object, 'output', 'result', 'content') : null;
  return resultContents(inner ?? result);
}
