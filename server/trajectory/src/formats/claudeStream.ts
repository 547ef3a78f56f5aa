import type { Builder } from '../assemble/builder.ts';
import type { FactSheet } from '../facts/factSheet.ts';
import { number, usageTokens } from '../facts/readFacts.ts';
import { content, get, getAny, is, isObject, isTrue, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import type { Slice } from '../text/source.ts';
import type { Format } from './format.ts';
import { chatMessage, textParts } from './shared/chat.ts';
import { firstReason } from './shared/eventLines.ts';
import { withSideChains } from './shared/sideChains.ts';

/**
 * What `claude -p --output-format stream-json` and its kin print, an event a line or all in one array, as the
 * Agent SDK gives them. `parent_tool_use_id` names the call that a helper works for; `result` repeats the
 * last answer.
 */
export const claudeStream: Format = {
  id: 'claude_stream',
  title: 'Claude Code stream',
  recordNames: nameBits('type'),
  detect: ({ samples }) =>
    firstReason(samples, (sample) => {
      const type = str(get(sample, 'type'));
      if (type === 'system' && is(get(sample, 'subtype'), 'init')) return '`subtype: init`';
      if (type === 'result' && isResult(sample)) return '`type: result` of a session';
      const role = str(get(get(sample, 'message'), 'role'));
      return role !== null && role === type && get(sample, 'sessionId') === null
        ? `\`type: ${role}\` beside \`message\``
        : null;
    }),
  ...withSideChains({
    sideOf: (event) => str(get(event, 'parent_tool_use_id')),
    idOf: (event) => str(get(event, 'session_id')),
    event: readEvent,
  }),
};

function isResult(event: JsonNode): boolean {
  return (
    get(event, 'session_id') !== null && (get(event, 'result') ?? get(event, 'subtype')) !== null
  );
}

/** The last line has the totals. */
function resultFacts(sheet: FactSheet, event: JsonNode): void {
  sheet.sayTokens(usageTokens(get(event, 'usage')));
  sheet.sayDuration(number(get(event, 'duration_ms')));
  sheet.sayStatus(isTrue(get(event, 'is_error')) ? 'error' : str(get(event, 'subtype')));
}

function readEvent(build: Builder, event: JsonNode): void {
  const type = str(get(event, 'type'));
  if (type === 'result') build.about(event, resultFacts);
  const message = get(event, 'message');
  if (type === 'assistant' && isObject(message)) {
    chatMessage(build, message, { role: 'assistant', key: str(get(message, 'id')) });
  } else if (type === 'user' && isObject(message)) {
    const isPut = isTrue(getAny(event, 'isSynthetic', 'isMeta'));
    if (isPut) {
      build.outer('other');
      textParts(build, get(message, 'content'), 'other');
    } else chatMessage(build, message, { role: 'user' });
  } else if (type === 'tool_call') toolCall(build, event);
  else if (type === 'result' && build.currentStep === 0) {
    build.run();
    build.say(content(get(event, 'result')));
  }
}

/** Cursor's stream names the tool by a member: `{"tool_call": {"readToolCall": {"args", "result"}}}`. */
function toolCall(build: Builder, event: JsonNode): void {
  const call = get(event, 'tool_call')?.first ?? null;
  if (!call) return;
  const name: Slice = {
    source: call.source,
    start: call.keyStart,
    end: call.keyEnd,
    escaped: false,
  };
  const id = str(get(event, 'call_id'));
  const isKnown = build.isOpenCall(call.source.text.slice(call.keyStart, call.keyEnd));
  if (!isKnown) build.call({ id, name, arguments: content(getAny(call, 'args', 'arguments')) });
  const result = get(call, 'result');
  if (!result) return;
  build.result({ callId: id, isError: get(result, 'error') !== null });
  build.put('observation', content(result));
}
