import { Builder } from '../../assemble/builder.ts';
import { get, isString, itemsOf, str } from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { chatMessage, type ResultsFrom } from './chat.ts';
import { chatRole } from './roles.ts';

/** What detection looks at of a conversation. */
const MESSAGES = 20;
const CONVERSATIONS = 8;

/** Marks of calls that are written in text, and of those that are listed apart. */
const MAY_CALL =
  /tool_call|function_call|<function|<\|?tool|\[TOOL_CALLS\]|python_tag|invoke|<execute|<search>|<use_mcp|tool▁|channel\|>commentary|\\"(?:action|command)s?\\"/;

/**
 * Who gives results in these conversations: the user, where every call is followed by a user's message and
 * no other role gives results.
 */
export function resultsFrom(conversations: readonly (readonly JsonNode[])[]): ResultsFrom {
  const looked = conversations.slice(0, CONVERSATIONS).map((all) => all.slice(0, MESSAGES));
  if (looked.some((messages) => messages.some(givesResults))) return 'tool';
  if (!looked.some((messages) => messages.some(mayCall))) return 'tool';
  return looked.reduce((sum, messages) => sum + answersByUser(messages), 0) > 0 ? 'user' : 'tool';
}

function givesResults(message: JsonNode): boolean {
  if (chatRole(message) === 'tool') return true;
  return itemsOf(get(message, 'content')).some((part) =>
    /tool[_-]?result/i.test(str(get(part, 'type')) ?? ''),
  );
}

function mayCall(message: JsonNode): boolean {
  if (chatRole(message) !== 'assistant' && chatRole(message) !== 'call') return false;
  return MAY_CALL.test(message.source.text.slice(message.start, message.end));
}

/** How often a user's message comes where a call waits for its result. */
function answersByUser(messages: readonly JsonNode[]): number {
  const build = new Builder();
  let answers = 0;
  for (const message of messages) {
    if (chatRole(message) === 'user' && build.awaitsResult) answers += 1;
    if (isString(get(message, 'role')) || isString(get(message, 'from'))) {
      chatMessage(build, message);
    }
  }
  return answers;
}
