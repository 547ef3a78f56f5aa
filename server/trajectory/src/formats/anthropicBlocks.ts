import { get, isArray, itemsOf, str, getAny } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/scanJson.ts';
import type { Format } from './format.ts';
import { chatMessage, isChatMessage, textParts } from './shared/chat.ts';

const BLOCKS = new Set([
  'thinking',
  'redacted_thinking',
  'tool_use',
  'tool_result',
  'server_tool_use',
]);

/** Anthropic's messages: contents are lists of text, thinking, tool_use and tool_result blocks. */
export const anthropicBlocks: Format = {
  id: 'anthropic_blocks',
  title: 'Anthropic messages',
  detect({ samples }) {
    for (const sample of samples) {
      const messages = messagesOf(sample);
      for (const message of messages.slice(0, 20)) {
        for (const part of itemsOf(get(message, 'content'))) {
          const type = str(get(part, 'type')) ?? '';
          if (BLOCKS.has(type)) return `messages with \`${type}\` blocks`;
        }
      }
    }
    return null;
  },
  record(build, { value, range }) {
    if (isChatMessage(value)) {
      if (!build.isOpen) build.trajectory(range.start);
      chatMessage(build, value, { key: str(get(value, 'id')) });
      return;
    }
    build.trajectory(value.start, str(getAny(value, 'id', 'sessionId', 'session_id')));
    const system = getAny(value, 'system', 'systemPrompt', 'system_prompt');
    if (system) {
      build.outer('system');
      textParts(build, system, 'system');
    }
    for (const message of messagesOf(value)) {
      chatMessage(build, message, { key: str(get(message, 'id')) });
    }
    build.close(value.end);
  },
};

function messagesOf(record: JsonNode): JsonNode[] {
  if (isChatMessage(record)) return [record];
  return itemsOf(isArray(record) ? record : get(record, 'messages')).filter(isChatMessage);
}
