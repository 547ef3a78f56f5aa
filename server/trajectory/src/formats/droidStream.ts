import type { Builder } from '../assemble/builder.ts';
import { content, get, getAny, is, isObject, isTrue, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { agentText } from './shared/agentText.ts';
import { chatMessage } from './shared/chat.ts';
import { chatRole } from './shared/roles.ts';
import { eventLines } from './shared/eventLines.ts';
import { isInjected } from './shared/injected.ts';

/** Factory's droid: its stream mode, and its sessions with Anthropic's messages. */
export const droidStream = eventLines({
  id: 'droid_stream',
  title: 'droid stream',
  recordNames: nameBits('toolName', 'cwd'),
  detect(sample) {
    if (get(sample, 'session_id') && get(sample, 'toolName') && get(sample, 'toolCallId')) {
      return 'events with `session_id` and `toolName`';
    }
    const isStart = is(get(sample, 'type'), 'session_start') && get(sample, 'cwd');
    return isStart ? '`type: session_start`' : null;
  },
  event(build, event) {
    const type = str(get(event, 'type'));
    const message = get(event, 'message');
    build.nameTrajectory(str(get(event, type === 'session_start' ? 'id' : 'session_id')));
    if (type === 'message') {
      if (isObject(message)) chatMessage(build, message, { key: str(get(message, 'id')) });
      else streamed(build, event);
    } else if (type === 'compaction_state') {
      build.outer('other', content(getAny(event, 'summaryText', 'summary')));
    } else if (type === 'tool_call') {
      build.run();
      build.call({
        id: str(get(event, 'toolCallId')),
        name: content(get(event, 'toolName')),
        arguments: content(get(event, 'parameters')),
      });
    } else if (type === 'tool_result') {
      build.result({
        callId: str(get(event, 'toolCallId')),
        isError: isTrue(get(event, 'isError')),
      });
      build.put('observation', content(getAny(event, 'value', 'error')));
    } else if (type === 'completion') {
      build.run();
      build.say(content(get(event, 'finalText')));
    }
  },
});

function streamed(build: Builder, event: JsonNode): void {
  const text = content(get(event, 'text'));
  const role = chatRole(event);
  if (role === 'assistant') {
    build.run();
    agentText(build, text);
  } else build.outer(role === 'user' && text && !isInjected(text) ? 'task' : 'other', text);
}
