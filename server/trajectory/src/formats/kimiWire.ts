import type { Builder } from '../assemble/builder.ts';
import { content, get, getAny, getPath, isObject, isTrue, itemsOf, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import type { Format } from './format.ts';
import { agentText } from './shared/agentText.ts';
import { chatCall, chatMessage, textOfPart, textParts, userMessage } from './shared/chat.ts';
import { chatRole } from './shared/roles.ts';
import { textKeys, withCopies, type Said } from './shared/copies.ts';
import { firstReason } from './shared/eventLines.ts';

const FIRST = /^(?:TurnBegin|StepBegin|ContentPart|ToolCall|ToolResult)$/;
const LATER = /^(?:turn\.prompt|turn\.steer|context\.append_(?:message|loop_event))$/;

/**
 * Kimi's wire log: protocol messages with a payload; since protocol 1.4 dotted records, where a prompt that
 * is put into the context stands there twice.
 */
export const kimiWire: Format = {
  id: 'kimi_wire',
  title: 'Kimi wire log',
  recordNames: nameBits('message', 'type'),
  detect: ({ samples }) =>
    firstReason(samples, (sample) => {
      if (FIRST.test(str(getPath(sample, 'message', 'type')) ?? ''))
        return '`message.type` of the wire protocol';
      const type = str(get(sample, 'type')) ?? '';
      return LATER.test(type) ? `records of type \`${type}\`` : null;
    }),
  ...withCopies({ said, read, readCopy: (build, record) => userMessage(build, promptOf(record)) }),
};

function promptOf(record: JsonNode): JsonNode | null {
  const type = str(get(record, 'type'));
  return type === 'turn.prompt' || type === 'turn.steer' ? get(record, 'input') : null;
}

function said(record: JsonNode): Said {
  const prompt = promptOf(record);
  if (prompt) return { texts: [], unless: ['no text', ...partKeys(prompt)] };
  if (str(get(record, 'type')) !== 'context.append_message') return { texts: [], unless: [] };
  return { texts: partKeys(getPath(record, 'message', 'content')), unless: [] };
}

function partKeys(value: JsonNode | null): string[] {
  const parts = value?.type === 'array' ? itemsOf(value) : value ? [value] : [];
  return textKeys('user', parts.map(textOfPart));
}

function read(build: Builder, record: JsonNode): void {
  const message = get(record, 'message');
  switch (str(get(record, 'type'))) {
    case 'config.update':
      build.outer('system', content(get(record, 'systemPrompt')));
      return;
    case 'context.append_message':
      if (message) contextMessage(build, message);
      return;
    case 'context.append_loop_event':
      loopEvent(build, get(record, 'event'));
      return;
    case 'context.apply_compaction':
      build.outer('other', content(get(record, 'summary')));
      return;
    default:
      protocolMessage(build, str(get(message, 'type')), get(message, 'payload'));
  }
}

/** What plugins, hooks and compaction put there names its origin. */
function contextMessage(build: Builder, message: JsonNode): void {
  const origin = str(getPath(message, 'origin', 'kind')) ?? 'user';
  if (chatRole(message) === 'user' && origin !== 'user') {
    build.outer('other');
    textParts(build, get(message, 'content'), 'other');
  } else chatMessage(build, message);
}

function loopEvent(build: Builder, event: JsonNode | null): void {
  const type = str(get(event, 'type'));
  if (type === 'step.begin') build.turn();
  else if (type === 'content.part') contentPart(build, get(event, 'part'));
  else if (type === 'tool.call') {
    build.call({
      id: str(get(event, 'toolCallId')),
      name: content(get(event, 'name')),
      arguments: content(get(event, 'args')),
    });
  } else if (type === 'tool.result') {
    toolResult(build, str(get(event, 'toolCallId')), get(event, 'result'));
  }
}

function protocolMessage(build: Builder, type: string | null, payload: JsonNode | null): void {
  if (type === 'TurnBegin' || type === 'SteerInput') userMessage(build, get(payload, 'user_input'));
  else if (type === 'StepBegin') build.turn();
  else if (type === 'ContentPart') contentPart(build, payload);
  else if (type === 'ToolCall' && isObject(payload)) chatCall(build, payload);
  else if (type === 'ToolResult') {
    const value = get(payload, 'return_value') ?? get(payload, 'result');
    toolResult(build, str(get(payload, 'tool_call_id')), value);
  }
}

function contentPart(build: Builder, part: JsonNode | null): void {
  if (!part) return;
  const thought = get(part, 'think');
  if (thought) build.put('reasoning', content(thought));
  else agentText(build, textOfPart(part));
}

function toolResult(build: Builder, callId: string | null, value: JsonNode | null): void {
  build.result({ callId, isError: isTrue(getAny(value, 'isError', 'is_error')) });
  textParts(build, getAny(value, 'output', 'message') ?? value, 'observation');
}
