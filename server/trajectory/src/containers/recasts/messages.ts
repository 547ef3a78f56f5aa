import { wordNode } from '../../formats/shared/joinedNode.ts';
import {
  get,
  getAny,
  getPath,
  is,
  isArray,
  isObject,
  isString,
  itemsOf,
  str,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { nameBits } from '../../json/keyNames.ts';
import { call, list, message, object, ofMessages, type Recast } from './recast.ts';

/** Messages that a program writes in its own way, as chat messages. */
export const MESSAGE_RECASTS: readonly Recast[] = [
  {
    where: 'choices among messages',
    names: nameBits('finish_reason'),
    of: ofMessages((node) => {
      const inner = get(node, 'message');
      const isChoice = get(node, 'finish_reason') !== null || get(node, 'index') !== null;
      return isChoice && isObject(inner) && is(get(inner, 'role'), 'assistant') ? [inner] : null;
    }),
  },
  {
    where: 'messages with `$type` contents',
    names: nameBits('contents', 'Contents', 'items', 'Items'),
    of: ofMessages(dotNetMessage),
  },
  {
    where: 'messages with `tool_results`',
    names: nameBits('tool_results'),
    of: ofMessages((node) => {
      const results = get(node, 'tool_results');
      if (!isArray(results) || !isString(get(node, 'role'))) return null;
      return results.items.map((result) =>
        message('tool', [
          ['name', getPath(result, 'call', 'name')],
          ['content', list(itemsOf(get(result, 'outputs')).map((one) => object([['json', one]])))],
        ]),
      );
    }),
  },
  {
    where: 'messages from sender to recipient',
    names: nameBits('recipient'),
    of: ofMessages(sentMessage),
  },
  {
    where: 'code and what the computer printed',
    names: nameBits('format'),
    of: ofMessages(codeMessage),
  },
];

/** Microsoft.Extensions.AI's messages, and Semantic Kernel's in C#, with types of .NET. */
function dotNetMessage(node: JsonNode): JsonNode[] | null {
  const contents = itemsOf(getAny(node, 'contents', 'Contents', 'items', 'Items'));
  if (!contents.some((part) => get(part, '$type'))) return null;
  const role = getAny(node, 'role', 'Role', 'authorRole');
  const name = str(role) ?? str(getAny(role, 'Label', 'label'));
  if (name === null) return null;
  return [message(name.toLowerCase(), [['content', list(contents.map(dotNetPart))]])];
}

function dotNetPart(part: JsonNode): JsonNode {
  const kind = (str(get(part, '$type')) ?? '').toLowerCase();
  const id = getAny(part, 'callId', 'CallId', 'id', 'Id');
  const name = getAny(part, 'name', 'FunctionName', 'functionName');
  if (kind.startsWith('functioncall')) {
    const args = getAny(part, 'arguments', 'Arguments');
    return object([
      ['type', wordNode('tool_call')],
      ['id', id],
      ['name', name],
      ['arguments', args],
    ]);
  }
  if (kind.startsWith('functionresult')) {
    return object([
      ['type', wordNode('tool_result')],
      ['tool_call_id', id],
      ['name', name],
      ['content', getAny(part, 'result', 'Result')],
    ]);
  }
  const type =
    kind.startsWith('reasoning') || kind.startsWith('textreasoning') ? 'thinking' : 'text';
  return object([
    ['type', wordNode(type)],
    [type, getAny(part, 'text', 'Text')],
  ]);
}

/** ToolSandbox: what the agent sends to the environment is a call, in Python. */
function sentMessage(node: JsonNode): JsonNode[] | null {
  const [sender, recipient] = [str(get(node, 'sender')), str(get(node, 'recipient'))];
  if (sender === null || recipient === null) return null;
  const content = get(node, 'content');
  if (!content || !(PARTIES.has(sender) && PARTIES.has(recipient))) return null;
  if (sender === 'AGENT' && recipient === 'EXECUTION_ENVIRONMENT')
    return [message('function_call', [['content', content]])];
  if (sender === 'EXECUTION_ENVIRONMENT') {
    const role = recipient === 'AGENT' ? 'tool' : 'other';
    return [message(role, [['content', content]])];
  }
  if (recipient === 'EXECUTION_ENVIRONMENT' || (sender === 'SYSTEM' && recipient === 'USER'))
    return [message('other', [['content', content]])];
  const role = sender === 'AGENT' ? 'assistant' : sender.toLowerCase();
  return [message(role, [['content', content]])];
}

const PARTIES = new Set(['SYSTEM', 'USER', 'AGENT', 'EXECUTION_ENVIRONMENT']);

/** Open Interpreter: code in a language is a call, and the computer answers. */
function codeMessage(node: JsonNode): JsonNode[] | null {
  const role = str(get(node, 'role'));
  const [type, format, content] = [get(node, 'type'), get(node, 'format'), get(node, 'content')];
  if (role === 'assistant' && is(type, 'code') && isString(format))
    return [message('assistant', [['tool_calls', list([call(format, content)])]])];
  if (role !== 'computer' || !isString(type)) return null;
  return is(format, 'active_line') ? [] : [message('tool', [['content', content]])];
}
