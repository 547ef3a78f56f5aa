import type { Builder } from '../assemble/builder.ts';
import { get, getAny, getPath, isObject, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { userMessage } from './shared/chat.ts';
import { codexEvent, codexItem } from './shared/codexItems.ts';
import { eventLines } from './shared/eventLines.ts';

const THREAD =
  /^(?:thread\.started|turn\.(?:started|completed|failed)|item\.(?:started|updated|completed))$/;
const OLD =
  /^(?:task_started|session_configured|agent_\w+|exec_command_\w+|mcp_tool_call_\w+|token_count)$/;

/**
 * What `codex exec --json` prints: items of a thread as they are completed; before that, events with an `id`
 * and a `msg`. The app server's notifications carry the same items.
 */
export const codexExec = eventLines({
  id: 'codex_exec',
  title: 'Codex exec events',
  recordNames: nameBits('type', 'msg', 'method'),
  detect(sample) {
    const type = str(get(sample, 'type')) ?? '';
    if (THREAD.test(type)) return `events of type \`${type}\``;
    const old = str(getPath(sample, 'msg', 'type')) ?? '';
    if (get(sample, 'id') && OLD.test(old)) return `\`msg\` of type \`${old}\``;
    const method = str(get(sample, 'method')) ?? '';
    return /^(?:thread|turn|item)\/\w+$/.test(method) ? `notifications of \`${method}\`` : null;
  },
  event: readEvent,
});

function readEvent(build: Builder, event: JsonNode): void {
  const type = str(get(event, 'type')) ?? str(get(event, 'method'));
  const msg = get(event, 'msg');
  const item = get(event, 'item') ?? getPath(event, 'params', 'item');
  const thread = getAny(event, 'thread_id', 'threadId') ?? getPath(event, 'params', 'threadId');
  build.nameTrajectory(str(thread));
  if (type === 'item.completed' || type === 'item/completed') {
    if (isObject(item)) codexItem(build, item);
  } else if (isObject(msg)) codexEvent(build, msg);
  else if (type === null) userMessage(build, get(event, 'prompt'));
}
