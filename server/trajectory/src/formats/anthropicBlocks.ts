import { get, getAny, isArray, itemsOf, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { recordTools } from './shared/tools.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { chatMessage, textParts } from './shared/chat.ts';
import { messageListOf } from './shared/messageLists.ts';
import { isChatMessage } from './shared/roles.ts';

const BLOCKS = new Set([
  'thinking',
  'redacted_thinking',
  'tool_use',
  'tool_result',
  'server_tool_use',
]);

const list: RecordList = {
  of: listOf,
  begin(build, record) {
    build.trajectory(record.rawStart, str(getAny(record, 'id', 'sessionId', 'session_id')));
    recordTools(build, record);
    const system = getAny(record, 'system', 'systemPrompt', 'system_prompt');
    if (!system) return;
    build.outer('system');
    textParts(build, system, 'system');
  },
  item(build, message) {
    if (isChatMessage(message)) chatMessage(build, message, { key: str(get(message, 'id')) });
  },
};

/** Anthropic's messages: contents are lists of text, thinking, tool_use and tool_result blocks. */
export const anthropicBlocks: Format = {
  id: 'anthropic_blocks',
  title: 'Anthropic messages',
  messageNames: nameBits('role'),
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
    readList(list, build, value);
  },
  list,
};

function listOf(record: JsonNode): JsonNode | null {
  if (isChatMessage(record)) return null;
  if (isArray(record)) return record;
  return messageListOf(record, isChatMessage)?.list ?? null;
}

function messagesOf(record: JsonNode): JsonNode[] {
  if (isChatMessage(record)) return [record];
  return itemsOf(listOf(record)).filter(isChatMessage);
}
