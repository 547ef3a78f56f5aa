import type { Builder } from '../../assemble/builder.ts';
import type { Slice } from '../../text/source.ts';
import { agentText } from './agentText.ts';
import { codeText } from './codeText.ts';
import { isInjected } from './injected.ts';
import { dropLabel } from './labels.ts';
import { isLabelled, labelledText } from './labelledText.ts';
import type { ResultPart } from './messageParts.ts';
import { listedCalls } from './smolagentsCalls.ts';
import { isSpokenResult, spokenResult } from './spokenResult.ts';
import type { WhichCalls } from './writtenCall.ts';
import type { TraceMessage } from './traceMessages.ts';

/** How an agent acts in its texts: code agents in tags or fences. */
type Writes = 'code' | 'text';

/** Runs of smolagents are known by the roles that only they have. */
export function writesOf(messages: readonly TraceMessage[]): Writes {
  return messages.some(({ name }) => name === 'tool-call' || name === 'tool-response')
    ? 'code'
    : 'text';
}

/** Writes a message to the builder. A role that is the name of an open call is that call's result. */
export function emitMessage(build: Builder, message: TraceMessage, writes: Writes): void {
  if (message.role === 'assistant') {
    if (message.name === 'tool-call') listed(build, message);
    else agentMessage(build, message, writes);
    return;
  }
  const isResult = message.role === 'other' && build.isOpenCall(message.name);
  if (isResult) build.result({ name: message.name });
  for (const part of message.parts) {
    if (part.type === 'result') resultMessage(build, part);
    else if (!isResult || part.type === 'call') continue;
    else if (part.type === 'picture') build.picture('observation', part.found);
    else build.put('observation', part.slice);
  }
  if (!isResult) outerMessage(build, message);
}

/** The program's list of the calls that the text before it makes. */
function listed(build: Builder, { parts }: TraceMessage): void {
  if (build.awaitsResult) return;
  for (const part of parts) if (part.type === 'text') listedCalls(build, part.slice);
}

function agentMessage(build: Builder, { parts, isNewTurn }: TraceMessage, writes: Writes): void {
  if (parts.length === 0) return;
  if (isNewTurn) build.turn();
  else build.run();
  const calls = parts.some(({ type }) => type === 'call') ? 'elsewhere' : 'here';
  for (const part of parts) {
    if (part.type === 'picture') build.picture('answer', part.found);
    else if (part.type === 'reasoning') build.put('reasoning', part.slice);
    else if (part.type === 'text' && writes === 'code') codeText(build, part.slice);
    else if (part.type === 'text') agentWords(build, part.slice, calls);
    else if (part.type === 'call') build.call(part);
    else resultMessage(build, part);
  }
}

/** Agents without function calls label their thoughts and actions. */
function agentWords(build: Builder, slice: Slice, calls: WhichCalls): void {
  if (calls === 'here' && isLabelled(slice)) labelledText(build, slice);
  else agentText(build, slice, { calls });
}

function resultMessage(
  build: Builder,
  { callId, name, isError, slices, pictures = [] }: ResultPart,
): void {
  build.result({ callId, name, isError });
  for (const slice of slices) build.put('observation', dropLabel(build, slice, OBSERVATION));
  for (const found of pictures) build.picture('observation', found);
}

function outerMessage(build: Builder, { role, parts }: TraceMessage): void {
  let open: 'system' | 'task' | 'other' | null = null;
  for (const part of parts) {
    if (part.type === 'picture') {
      const kind = role === 'system' ? 'system' : role === 'user' ? 'task' : 'other';
      if (open === null) build.outer(kind);
      open ??= kind;
      build.picture(open, part.found);
    }
    if (part.type !== 'text' && part.type !== 'reasoning') continue;
    if (role === 'user' && build.currentStep > 0 && isSpokenResult(part.slice)) {
      spokenResult(build, part.slice);
      open = null;
      continue;
    }
    const kind =
      role === 'system' ? role : role === 'user' && !isInjected(part.slice) ? 'task' : 'other';
    if (open !== kind) build.outer(kind);
    open = kind;
    build.put(kind, part.slice);
  }
}

const OBSERVATION = /Observation:/y;
