import type { Builder } from '../build/builder.ts';
import { get, is, isObject, isString, isTrue, itemsOf, inside, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import type { Format, JsonRecord } from './format.ts';
import { chatMessage, textParts } from './shared/chat.ts';

/**
 * Claude Code's session logs, one event a line. `message` has Anthropic's form; several lines with the
 * same `message.id` are one response. Side chains (sub-agents) are trajectories of their own. What
 * `toolUseResult`, `queue-operation` and progress lines say stands elsewhere too.
 */
export const claudeCode: Format = {
  id: 'claude_code',
  title: 'Claude Code session',
  detect({ samples }) {
    for (const sample of samples) {
      if (get(sample, 'parentUuid') && get(sample, 'type')) return 'records with `parentUuid`';
      const typed = str(get(sample, 'type')) === str(get(get(sample, 'message'), 'role'));
      if (typed && get(sample, 'sessionId') && get(sample, 'message')) {
        return 'records with `sessionId` and `message`';
      }
      if (get(sample, 'loglines')) return '`loglines`';
    }
    return null;
  },
  read(input, build) {
    const all = chains(events(input.records()));
    for (const chain of all) {
      build.trajectory(chain.start, chain.id);
      for (const event of chain.events) readEvent(build, event);
      if (all.length > 1) build.close(chain.end);
    }
  },
  record(build, { value }) {
    if (!hasContent(value)) return;
    if (!build.isOpen) build.trajectory(value.start, sessionId(value));
    readEvent(build, value);
  },
  needsWhole: (line) => /"(?:isSidechain"\s*:\s*true|loglines")/.test(line),
};

function* events(records: Iterable<JsonRecord>): Iterable<JsonNode> {
  for (const { value } of records) {
    const lines = get(value, 'loglines');
    if (lines) yield* itemsOf(lines).filter(isObject);
    else if (isObject(value)) yield value;
  }
}

interface Chain {
  id: string | null;
  start: number;
  end: number;
  events: JsonNode[];
}

/** The main chain and the side chains, in the order in which they begin. */
function chains(all: Iterable<JsonNode>): Chain[] {
  const byKey = new Map<string, Chain>();
  const keyOfUuid = new Map<string, string>();
  for (const event of all) {
    const key = chainKey(event, keyOfUuid);
    const uuid = str(get(event, 'uuid'));
    if (uuid !== null) keyOfUuid.set(uuid, key);
    if (!hasContent(event)) continue;
    const chain = byKey.get(key);
    if (chain) {
      chain.events.push(event);
      chain.end = event.end;
    } else {
      const id = sessionId(event);
      byKey.set(key, { id, start: event.start, end: event.end, events: [event] });
    }
  }
  return [...byKey.values()];
}

function sessionId(event: JsonNode): string | null {
  return str(get(event, 'agentId')) ?? str(get(event, 'sessionId'));
}

function chainKey(event: JsonNode, keyOfUuid: Map<string, string>): string {
  if (!isTrue(get(event, 'isSidechain'))) return 'main';
  const agent = str(get(event, 'agentId'));
  if (agent !== null) return `agent ${agent}`;
  const parent = keyOfUuid.get(str(get(event, 'parentUuid')) ?? '');
  return parent !== undefined && parent !== 'main' ? parent : `side ${event.start}`;
}

function hasContent(event: JsonNode): boolean {
  const type = str(get(event, 'type'));
  return type === 'user' || type === 'assistant' || type === 'summary' || type === 'system';
}

function readEvent(build: Builder, event: JsonNode): void {
  const type = str(get(event, 'type'));
  const message = get(event, 'message');
  if (type === 'summary' || type === 'system') {
    const text = get(event, type === 'summary' ? 'summary' : 'content');
    if (isString(text)) build.outer('other', inside(text));
  } else if (type === 'assistant') {
    if (isTrue(get(event, 'isApiErrorMessage'))) other(build, message);
    else chatMessage(build, message!, { role: 'assistant', key: str(get(message, 'id')) });
  } else if (isOther(event, message)) {
    other(build, message);
  } else if (isObject(message)) {
    chatMessage(build, message, { role: 'user' });
  }
}

function isOther(event: JsonNode, message: JsonNode | null): boolean {
  if (isTrue(get(event, 'isCompactSummary'))) return true;
  const meta = isTrue(get(event, 'isMeta')) || isTrue(get(event, 'isVisibleInTranscriptOnly'));
  const parts = itemsOf(get(message, 'content'));
  return meta && !parts.some((part) => is(get(part, 'type'), 'tool_result'));
}

function other(build: Builder, message: JsonNode | null): void {
  build.outer('other');
  textParts(build, get(message, 'content'), 'other');
}
