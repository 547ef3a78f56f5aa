import type { Builder } from '../build/builder.ts';
import {
  content,
  get,
  getAny,
  getPath,
  inside,
  isObject,
  isString,
  itemsOf,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import type { Format } from './format.ts';
import { agentText } from './shared/agentText.ts';
import { chatCall, chatMessage, textOfPart, textParts, userMessage } from './shared/chat.ts';
import { chatRole } from './shared/roles.ts';

/** A format whose files are event lines, all of one trajectory. */
function eventLines(format: {
  id: string;
  title: string;
  detect: (sample: JsonNode) => string | null;
  event: (build: Builder, event: JsonNode) => void;
}): Format {
  return {
    id: format.id,
    title: format.title,
    detect({ samples }) {
      for (const sample of samples) {
        const reason = format.detect(sample);
        if (reason !== null) return reason;
      }
      return null;
    },
    record(build, { value, range }) {
      if (!build.isOpen) build.trajectory(range.start);
      format.event(build, value);
    },
  };
}

/** GitHub Copilot's command line: events with `data`. */
export const copilotCli = eventLines({
  id: 'copilot_cli',
  title: 'Copilot CLI session',
  detect: (sample) =>
    isObject(get(sample, 'data')) &&
    /^(?:session|user|assistant)\.\w+$/.test(str(get(sample, 'type')) ?? '')
      ? `events of type \`${str(get(sample, 'type')) ?? ''}\` with \`data\``
      : null,
  event(build, event) {
    const type = str(get(event, 'type'));
    const data = get(event, 'data');
    if (type === 'session.start') build.nameTrajectory(str(get(data, 'sessionId')));
    else if (type === 'system.message') build.outer('system', content(get(data, 'content')));
    else if (type === 'user.message') userMessage(build, get(data, 'content'));
    else if (type === 'assistant.message') {
      build.turn(str(get(data, 'messageId')));
      build.put('reasoning', content(get(data, 'reasoningText')));
      agentText(build, content(get(data, 'content')));
      for (const call of itemsOf(get(data, 'toolRequests')).filter(isObject)) chatCall(build, call);
    } else if (type === 'tool.execution_complete') {
      build.result({ callId: str(get(data, 'toolCallId')) });
      build.put('observation', content(getPath(data, 'result', 'content') ?? get(data, 'error')));
    }
  },
});

/** Cursor's agent transcripts: Anthropic's blocks under `message`, without the session's fields. */
export const cursorTranscript = eventLines({
  id: 'cursor_transcript',
  title: 'Cursor transcript',
  detect: (sample) =>
    isString(get(sample, 'role')) &&
    isObject(get(sample, 'message')) &&
    get(get(sample, 'message'), 'content')
      ? '`role` beside `message.content`'
      : null,
  event(build, event) {
    const message = get(event, 'message');
    if (message) chatMessage(build, message, { role: chatRole(event) });
  },
});

/** Factory's droid in stream mode. */
export const droidStream = eventLines({
  id: 'droid_stream',
  title: 'droid stream',
  detect: (sample) =>
    get(sample, 'session_id') && get(sample, 'toolName') && get(sample, 'toolCallId')
      ? 'events with `session_id` and `toolName`'
      : null,
  event(build, event) {
    const type = str(get(event, 'type'));
    build.nameTrajectory(str(get(event, 'session_id')));
    if (type === 'message') {
      const text = content(get(event, 'text'));
      if (chatRole(event) === 'assistant') {
        build.run();
        agentText(build, text);
      } else build.outer(chatRole(event) === 'user' ? 'task' : 'other', text);
    } else if (type === 'tool_call') {
      build.run();
      build.call({
        id: str(get(event, 'toolCallId')),
        name: content(get(event, 'toolName')),
        arguments: content(get(event, 'parameters')),
      });
    } else if (type === 'tool_result') {
      build.result({ callId: str(get(event, 'toolCallId')) });
      build.put('observation', content(get(event, 'value')));
    } else if (type === 'completion') {
      build.run();
      build.say(content(get(event, 'finalText')));
    }
  },
});

/** Pi and its kin: a `session` line, then `message` lines with blocks; results have a role of their own. */
export const piSession = eventLines({
  id: 'pi_session',
  title: 'Pi session',
  detect: (sample) =>
    (str(get(sample, 'type')) === 'session' && get(sample, 'id')) ||
    (str(get(sample, 'type')) === 'message' && isString(get(get(sample, 'message'), 'role')))
      ? '`type: session` and `message` lines'
      : null,
  event(build, event) {
    const type = str(get(event, 'type'));
    const message = get(event, 'message');
    if (type === 'session') build.nameTrajectory(str(get(event, 'id')));
    else if (type === 'compaction' || type === 'branch_summary') {
      build.outer('other', content(get(event, 'summary')));
    } else if (type === 'message' && isObject(message)) piMessage(build, message);
  },
});

function piMessage(build: Builder, message: JsonNode): void {
  const role = str(get(message, 'role'));
  if (role === 'bashExecution') build.outer('other', content(get(message, 'output')));
  else if (role === 'custom' || role === 'hookMessage') {
    build.outer('other');
    textParts(build, get(message, 'content'), 'other');
  } else chatMessage(build, message, { key: str(get(message, 'responseId')) });
}

/** Kimi's wire log: protocol messages with a payload. */
export const kimiWire = eventLines({
  id: 'kimi_wire',
  title: 'Kimi wire log',
  detect: (sample) =>
    /^(?:TurnBegin|StepBegin|ContentPart|ToolCall|ToolResult)$/.test(
      str(getPath(sample, 'message', 'type')) ?? '',
    )
      ? '`message.type` of the wire protocol'
      : null,
  event(build, event) {
    const type = str(getPath(event, 'message', 'type'));
    const payload = getPath(event, 'message', 'payload');
    if (type === 'TurnBegin') userMessage(build, get(payload, 'user_input'));
    else if (type === 'StepBegin') build.turn();
    else if (type === 'ContentPart' && payload) {
      const thought = get(payload, 'think');
      if (thought) build.put('reasoning', content(thought));
      else agentText(build, textOfPart(payload));
    } else if (type === 'ToolCall' && payload) chatCall(build, payload);
    else if (type === 'ToolResult') {
      build.result({ callId: str(get(payload, 'tool_call_id')) });
      const value = get(payload, 'return_value') ?? get(payload, 'result');
      textParts(build, getAny(value, 'output', 'message') ?? value, 'observation');
    }
  },
});

/** Gateways that log messages in and out, and the tools' starts. */
export const gatewayTelemetry = eventLines({
  id: 'openclaw_telemetry',
  title: 'Agent gateway telemetry',
  detect: (sample) =>
    /^(?:message\.(?:in|out)|agent\.start|tool\.(?:start|end))$/.test(
      str(get(sample, 'type')) ?? '',
    )
      ? `events of type \`${str(get(sample, 'type')) ?? ''}\``
      : null,
  event(build, event) {
    const type = str(get(event, 'type'));
    if (type === 'message.in') {
      const text = get(event, 'content');
      build.outer('task', isString(text) ? inside(text) : null);
    } else if (type === 'tool.start') {
      build.run();
      build.call({
        name: content(get(event, 'toolName')),
        arguments: content(get(event, 'params')),
      });
    } else if (type === 'tool.end') {
      build.result({ name: str(get(event, 'toolName')) });
      build.put('observation', content(getAny(event, 'result', 'output', 'error')));
    } else if (type === 'message.out') {
      build.run();
      build.say(content(get(event, 'content')));
    }
  },
});
