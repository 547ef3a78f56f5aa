import type { Builder } from '../build/builder.ts';
import { content, get, getAny, getPath, isObject, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import type { Format } from './format.ts';
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
 * `event_msg` lines repeat them for the screen.
 */
export const codexRollout: Format = {
  id: 'codex_rollout',
  title: 'Codex rollout',
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
  record(build, { value, range }) {
    if (!build.isOpen) build.trajectory(range.start);
    readLine(build, value);
  },
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
