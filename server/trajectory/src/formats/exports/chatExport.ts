import type { Builder } from '../../assemble/builder.ts';
import {
  content,
  firstItems,
  get,
  getAny,
  inside,
  is,
  isArray,
  isObject,
  isString,
  isTrue,
  itemsOf,
  str,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { nameBits } from '../../json/keyNames.ts';
import type { Format } from '../format.ts';
import { chatCall, chatMessage } from '../shared/chat.ts';
import { shownPath } from '../shared/messageTree.ts';
import { chatRole } from '../shared/roles.ts';
import { chatGptMessage, fragments } from './chatGpt.ts';
import { detailsText } from './detailsText.ts';

/**
 * Exports of chat programs, where answers can have been asked for again: of the tree of messages the path to
 * the last one counts (ChatGPT, DeepSeek, Open WebUI, LibreChat), of versions the chosen one (LM Studio).
 */
export const chatExport: Format = {
  id: 'chat_export',
  title: 'Chat program export',
  recordNames: nameBits('mapping', 'chat', 'history', 'messages'),
  detect({ samples }) {
    for (const sample of samples) {
      if (isMapping(sample)) return '`mapping` of messages';
      if (historyOf(sample)) return '`history.messages` by id';
      const messages = firstItems(get(sample, 'messages'));
      if (messages.some(isLibreChat)) return '`messages[]` with `isCreatedByUser`';
      if (messages.some(isVersioned)) return '`messages[]` with `versions`';
    }
    return null;
  },
  record(build, { value }) {
    const history = historyOf(value);
    const messages = get(value, 'messages');
    const items = itemsOf(messages);
    const isKnown =
      isMapping(value) || history || items.some(isLibreChat) || items.some(isVersioned);
    if (!isKnown) return;
    build.trajectory(value.rawStart, str(getAny(value, 'conversation_id', 'conversationId', 'id')));
    if (isMapping(value)) mapped(build, value);
    else if (history) webUi(build, value, history);
    else if (items.some(isVersioned)) versions(build, value);
    else for (const message of shownPath(messages, null)) libreChat(build, message);
    build.close(value.rawEnd);
  },
};

function isMapping(record: JsonNode | null): boolean {
  const mapping = get(record, 'mapping');
  if (!isObject(mapping)) return false;
  return mapping.items
    .slice(0, 20)
    .some((node) => isObject(get(node, 'message')) && get(node, 'parent'));
}

function mapped(build: Builder, record: JsonNode): void {
  for (const node of shownPath(get(record, 'mapping'), str(get(record, 'current_node')))) {
    const message = get(node, 'message');
    if (!isObject(message)) continue;
    if (get(message, 'fragments')) fragments(build, message);
    else chatGptMessage(build, message);
  }
}

/** Open WebUI's, in the record or in its `chat`. */
function historyOf(record: JsonNode): JsonNode | null {
  const history = get(get(record, 'chat'), 'history') ?? get(record, 'history');
  return isObject(get(history, 'messages')) ? history : null;
}

function webUi(build: Builder, record: JsonNode, history: JsonNode): void {
  const system = getAny(get(getAny(record, 'chat'), 'params') ?? get(record, 'params'), 'system');
  if (isString(system)) build.outer('system', inside(system));
  for (const message of shownPath(get(history, 'messages'), str(get(history, 'currentId')))) {
    const text = get(message, 'content');
    if (chatRole(message) === 'assistant' && isString(text)) detailsText(build, inside(text));
    else chatMessage(build, message);
  }
}

function isLibreChat(message: JsonNode): boolean {
  return get(message, 'isCreatedByUser') !== null && get(message, 'messageId') !== null;
}

function libreChat(build: Builder, message: JsonNode): void {
  chatMessage(build, message, {
    role: isTrue(get(message, 'isCreatedByUser')) ? 'user' : 'assistant',
  });
}

function isVersioned(message: JsonNode): boolean {
  return isArray(get(message, 'versions')) && get(message, 'currentlySelected') !== null;
}

function versions(build: Builder, record: JsonNode): void {
  const system = get(record, 'systemPrompt');
  if (isString(system)) build.outer('system', inside(system));
  for (const message of itemsOf(get(record, 'messages'))) {
    const chosen = Number(str(get(message, 'currentlySelected')) ?? 0);
    const version = itemsOf(get(message, 'versions'))[chosen];
    if (!version) continue;
    const steps = itemsOf(get(version, 'steps'));
    if (steps.length === 0) chatMessage(build, version);
    for (const step of steps) if (is(get(step, 'type'), 'contentBlock')) block(build, step);
  }
}

/** LM Studio's blocks: thinking by their style, calls and results by the type of their parts. */
function block(build: Builder, step: JsonNode): void {
  const isThought = is(get(get(step, 'style'), 'type'), 'thinking');
  for (const part of itemsOf(get(step, 'content'))) {
    const type = str(get(part, 'type'));
    if (type === 'toolCallRequest') {
      build.run();
      chatCall(build, part);
    } else if (type === 'toolCallResult') {
      build.result({ callId: str(get(part, 'toolCallId')) });
      build.put('observation', content(get(part, 'content')));
    } else {
      build.run();
      if (isThought) build.put('reasoning', content(get(part, 'text')));
      else build.say(content(get(part, 'text')));
    }
  }
}
