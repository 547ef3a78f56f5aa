import type { Builder } from '../assemble/builder.ts';
import { content, get, getAny, getPath, isObject, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import type { Format } from './format.ts';
import { codexEvent, isCodexCall, snakeCase, textsOf } from './shared/codexItems.ts';
import { textKeys, withCopies, type Said } from './shared/copies.ts';
import { isResponseItem, responseItem } from './shared/responseItems.ts';

const TYPES = new Set([
  'session_meta',
  'response_item',
  'event_msg',
  'turn_context',
  'compacted',
  'world_state',
]);

/**
 * Codex's session logs: Responses items as `payload` of `response_item` lines, or bare in old files.
 * `event_msg` lines repeat them for the screen; what only these say is read there.
 */
export const codexRollout: Format = {
  id: 'codex_rollout',
  title: 'Codex rollout',
  recordNames: nameBits('payload', 'instructions'),
  detect({ samples, shape }) {
    for (const sample of samples) {
      const type = str(get(sample, 'type')) ?? '';
      if (TYPES.has(type) && isObject(get(sample, 'payload')))
        return `\`payload\` of type \`${type}\``;
    }
    const [first] = samples;
    const old = shape === 'jsonl' && get(first ?? null, 'id') && get(first ?? null, 'instructions');
    return old && samples.slice(1).some(isResponseItem)
      ? 'Responses items after a session line'
      : null;
  },
  ...withCopies({
    said,
    read: readLine,
    readCopy: (build, line) => codexEvent(build, get(line, 'payload')!),
  }),
};

function readLine(build: Builder, line: JsonNode): void {
  const type = str(get(line, 'type'));
  const payload = get(line, 'payload');
  if (type === 'session_meta' || (type === null && !get(line, 'role'))) {
    const meta = payload ?? line;
    build.nameTrajectory(str(getAny(meta, 'id', 'session_id')));
    build.outer(
      'system',
      content(getAny(meta, 'instructions') ?? getPath(meta, 'base_instructions', 'text')),
    );
  } else if (type === 'response_item') {
    if (isObject(payload)) responseItem(build, payload);
  } else if (type === 'compacted') {
    build.outer('other', content(get(payload, 'message')));
  } else if (!payload) {
    responseItem(build, line);
  }
}

function said(line: JsonNode): Said {
  const type = str(get(line, 'type'));
  const payload = get(line, 'payload');
  if (type === 'event_msg') return { texts: [], unless: payload ? eventKeys(payload) : [] };
  const item = type === 'response_item' ? payload : line;
  if (!item || type === 'session_meta') return { texts: [], unless: [] };
  return { texts: itemKeys(item), unless: [] };
}

function itemKeys(item: JsonNode): string[] {
  const type = str(get(item, 'type')) ?? 'message';
  if (type === 'message') {
    const role = str(get(item, 'role'));
    return textKeys(role === 'assistant' ? 'agent' : 'user', textsOf(item));
  }
  if (type === 'reasoning') return textKeys('thought', textsOf(item));
  const call = str(getAny(item, 'call_id', 'id'));
  return call === null ? [] : [`call ${call}`];
}

/** By which texts and calls of the model an event is known to be a copy; none for what is no part of it. */
function eventKeys(event: JsonNode): string[] {
  const type = str(get(event, 'type')) ?? '';
  const item = get(event, 'item');
  if (type === 'item_completed') return isObject(item) ? completedKeys(item) : [];
  return keysOf(type, event, type.startsWith('agent_reasoning') ? 'reasoning' : type);
}

function completedKeys(item: JsonNode): string[] {
  const type = snakeCase(str(get(item, 'type')) ?? '');
  return keysOf(type, item, type);
}

function keysOf(type: string, said: JsonNode, kind: string): string[] {
  if (kind === 'user_message') return textKeys('user', textsOf(said));
  if (kind === 'agent_message') return textKeys('agent', textsOf(said));
  if (kind === 'reasoning') return textKeys('thought', textsOf(said));
  const call = str(getAny(said, 'call_id', 'id'));
  return call !== null && isCodexCall(type) ? [`call ${call}`] : [];
}
