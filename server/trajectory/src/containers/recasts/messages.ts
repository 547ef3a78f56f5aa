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
  {
    where: 'calls of an API among messages',
    names: nameBits('api_name'),
    of: ofMessages(apiMessage),
  },
  {
    where: 'messages of a voice agent',
    names: nameBits('toolCalls', 'toolCallId'),
    of: ofMessages(voiceMessage),
  },
  {
    where: 'messages with the tools that were used',
    names: nameBits('usedTools', 'content_blocks', 'sender_name'),
    of: ofMessages(flowMessage),
  },
  {
    where: 'activities of a bot',
    names: nameBits('from'),
    of: ofMessages((node) => {
      const role = str(getPath(node, 'from', 'role'));
      if (role === null || !is(get(node, 'type'), 'message')) return null;
      return [message(role, [['content', get(node, 'text')]])];
    }),
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

/** API-Bank: a call and what came of it are one message. */
function apiMessage(node: JsonNode): JsonNode[] | null {
  if (!is(get(node, 'role'), 'API')) return null;
  const result = get(node, 'result');
  const output = getAny(result, 'exception', 'output') ?? result;
  return called(call(get(node, 'api_name'), get(node, 'param_dict')), output);
}

function called(one: JsonNode, output: JsonNode | null): JsonNode[] {
  return [
    message('assistant', [['tool_calls', list([one])]]),
    message('tool', [['content', output]]),
  ];
}

/** Vapi: calls and results under roles of their own. */
function voiceMessage(node: JsonNode): JsonNode[] | null {
  const role = str(get(node, 'role'));
  const calls = get(node, 'toolCalls');
  if (role === 'tool_calls' && isArray(calls))
    return [message('assistant', [['tool_calls', calls]])];
  if (role !== 'tool_call_result') return null;
  return [
    message('tool', [
      ['tool_call_id', get(node, 'toolCallId')],
      ['name', get(node, 'name')],
      ['content', get(node, 'result')],
    ]),
  ];
}

/** Flowise and Langflow: an answer with the calls that led to it. */
function flowMessage(node: JsonNode): JsonNode[] | null {
  const who = str(getAny(node, 'sender', 'role'));
  const content = getAny(node, 'text', 'content');
  if (who === 'User' || who === 'userMessage') return [message('user', [['content', content]])];
  if (who !== 'Machine' && who !== 'apiMessage') return null;
  const blocks = itemsOf(get(node, 'content_blocks')).flatMap((block) =>
    itemsOf(get(block, 'contents')).filter((part) => is(get(part, 'type'), 'tool_use')),
  );
  const used = [...itemsOf(get(node, 'usedTools')), ...blocks].flatMap((one) =>
    called(
      call(getAny(one, 'tool', 'name'), getAny(one, 'toolInput', 'tool_input')),
      getAny(one, 'toolOutput', 'output'),
    ),
  );
  return [...used, message('assistant', [['content', content]])];
}
