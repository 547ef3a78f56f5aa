import type { Builder } from '../../assemble/builder.ts';
import { content, get, is, isObject, itemsOf, str } from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { agentText } from './agentText.ts';
import { chatCall, textOfPart } from './chat.ts';
import { codeText } from './codeText.ts';

const EVENT =
  /^(?:ThoughtEvent|ToolCall(?:Request|Execution)Event|ToolCallSummaryMessage|CodeGenerationEvent|CodeExecutionEvent|MemoryQueryEvent|TextMessage|MultiModalMessage|StopMessage|HandoffMessage)$/;

/** A message or event of AutoGen's teams from 0.4 on. */
export function isTeamMessage(node: JsonNode | null): boolean {
  return get(node, 'source') !== null && EVENT.test(str(get(node, 'type')) ?? '');
}

/** All that a team said, in order: who speaks after another is at a turn of its own. */
export function teamMessages(build: Builder, messages: readonly JsonNode[]): void {
  let speaker: string | null = null;
  for (const message of messages) {
    const source = str(get(message, 'source'));
    teamMessage(build, message, { isNext: speaker !== source });
    speaker = source;
  }
}

export function teamMessage(
  build: Builder,
  message: JsonNode,
  { isNext }: { isNext: boolean },
): void {
  const value = get(message, 'content');
  const type = str(get(message, 'type')) ?? '';
  const speak = (): void => {
    if (isNext) build.turn();
    else build.run();
  };
  if (type === 'ToolCallExecutionEvent') executed(build, value);
  else if (type === 'CodeExecutionEvent') {
    build.result();
    build.put('observation', content(get(get(message, 'result'), 'output')));
  } else if (type === 'ThoughtEvent') {
    speak();
    build.put('reasoning', content(value));
  } else if (type === 'ToolCallRequestEvent') {
    speak();
    for (const call of itemsOf(value).filter(isObject)) chatCall(build, call);
  } else if (type === 'CodeGenerationEvent') {
    speak();
    const text = content(value);
    if (text) codeText(build, text);
  } else if (type !== 'TextMessage' && type !== 'MultiModalMessage')
    build.outer('other', said(value));
  else if (is(get(message, 'source'), 'user')) build.outer('task', said(value));
  else {
    speak();
    agentText(build, said(value));
  }
}

function said(value: JsonNode | null): ReturnType<typeof content> {
  return value?.type === 'array'
    ? (value.items.map(textOfPart).find((one) => one) ?? null)
    : content(value);
}

function executed(build: Builder, results: JsonNode | null): void {
  for (const result of itemsOf(results)) {
    const isError = str(get(result, 'is_error')) === 'true';
    build.result({ callId: str(get(result, 'call_id')), name: str(get(result, 'name')), isError });
    build.put('observation', content(get(result, 'content')));
  }
}
