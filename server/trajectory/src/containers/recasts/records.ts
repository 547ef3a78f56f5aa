import { memberStretch } from '../../formats/shared/joinedNode.ts';
import {
  get,
  getAny,
  getPath,
  isArray,
  isObject,
  isString,
  itemsOf,
  keyName,
  rawText,
  str,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { nameBits } from '../../json/keyNames.ts';
import { call, list, message, object, partOf, says, type Recast } from './recast.ts';

/** Conversations, requests and searches that a program arranges in its own way. */
export const RECORD_RECASTS: readonly Recast[] = [
  {
    where: 'requests beside their answers',
    names: nameBits('responses_create_params', 'input'),
    of(value) {
      const request = getAny(value, 'responses_create_params') ?? askedIn(value);
      const answer = getAny(value, 'response', 'output');
      if (!isObject(request) || !isObject(answer) || get(value, 'request')) return null;
      return object(
        [
          ['request', request],
          ['response', answer],
          ['id', getAny(value, 'id', 'uuid')],
        ],
        value,
      );
    },
  },
  { where: 'questions after a `history`', names: nameBits('history'), of: afterHistory },
  { where: 'a thread', names: nameBits('data'), of: thread },
  { where: 'steps with `toolCalls`', names: nameBits('steps'), of: generatedSteps },
  { where: 'nodes with `action_steps`', names: nameBits('nodes'), of: searchTree },
  { where: 'a `history` of prompts and tool uses', names: nameBits('history'), of: promptHistory },
];

/** AppWorld's and others' logs of calls. */
function askedIn(value: JsonNode): JsonNode | null {
  const input = get(value, 'input');
  const choices = getPath(value, 'output', 'choices');
  return isArray(get(input, 'messages')) && isArray(choices) ? input : null;
}

/** LLaMA-Factory's Alpaca rows: turns that came before, in pairs. */
function afterHistory(value: JsonNode): JsonNode | null {
  const history = get(value, 'history');
  const pairs = itemsOf(history);
  const output = getAny(value, 'output', 'response');
  const instruction = getAny(value, 'instruction', 'prompt', 'query');
  const isPair = (pair: JsonNode): boolean => pair.items.length === 2 && pair.items.every(isString);
  if (!isArray(history) || !pairs.every(isPair) || !isString(output) || !instruction) return null;
  const about = get(value, 'input');
  const hasMore = isString(about) && about.end - about.start > 2;
  const parts = hasMore ? list([instruction, about]) : instruction;
  const messages = pairs.flatMap(({ items: [asked, answered] }) => [
    says('user', asked!),
    says('assistant', answered!),
  ]);
  const all = [...messages, says('user', parts), says('assistant', output)];
  const system = getAny(value, 'system', 'system_prompt');
  return object(
    [
      ['messages', list([isBlank(system) ? null : says('system', system), ...all])],
      ['tools', get(value, 'tools')],
      ['id', get(value, 'id')],
    ],
    value,
  );
}

function isBlank(node: JsonNode | null): boolean {
  return !node || (isString(node) && node.end - node.start <= 2);
}

/** Lists of an Assistants thread, messages and steps of runs, come with the newest first. */
function thread(value: JsonNode): JsonNode | null {
  const data = itemsOf(get(value, 'data')).filter((item) => /^thread\./.test(kindOf(item)));
  if (data.length === 0) return null;
  const time = (item: JsonNode): number => Number(str(get(item, 'created_at')) ?? NaN);
  const isNewestFirst = time(data[0]!) > time(data[data.length - 1]!);
  const inOrder = isNewestFirst ? [...data].reverse() : data;
  const messages = inOrder.flatMap((item) => {
    if (kindOf(item) === 'thread.message') return [item];
    return itemsOf(getPath(item, 'step_details', 'tool_calls')).flatMap(threadCall);
  });
  return object(
    [
      ['messages', list(messages)],
      ['id', get(data[0]!, 'thread_id')],
    ],
    value,
  );
}

function kindOf(item: JsonNode): string {
  return str(get(item, 'object')) ?? '';
}

function threadCall(one: JsonNode): JsonNode[] {
  const type = str(get(one, 'type'));
  const body = type === null ? null : get(one, type);
  if (!isObject(body)) return [];
  const name = get(body, 'name') ?? get(one, 'type');
  const args = getAny(body, 'arguments', 'input');
  const output = getAny(body, 'output', 'outputs');
  const id = get(one, 'id');
  const calls: [string, JsonNode] = ['tool_calls', list([call(name, args, id)])];
  if (!output) return [message('assistant', [calls])];
  const answer = message('tool', [
    ['tool_call_id', id],
    ['content', output],
  ]);
  return [message('assistant', [calls]), answer];
}

/** The AI SDK's results: each step one response of the model with what its tools gave. */
function generatedSteps(value: JsonNode): JsonNode | null {
  const steps = itemsOf(get(value, 'steps'));
  const [first] = steps;
  if (!first || !isArray(get(first, 'toolCalls')) || !isArray(get(first, 'toolResults')))
    return null;
  const messages = steps.flatMap((step) => {
    const thought = getAny(step, 'reasoningText', 'reasoning');
    const turn = message('assistant', [
      ['reasoning_content', isArray(thought) ? textsOf(thought) : thought],
      ['content', get(step, 'text')],
      ['tool_calls', list(itemsOf(get(step, 'toolCalls')).map(sdkCall))],
    ]);
    return [turn, ...itemsOf(get(step, 'toolResults')).map(sdkResult)];
  });
  const asked = get(value, 'messages');
  const prompt = says('user', getAny(value, 'prompt'));
  const before = isArray(asked) ? asked.items : [says('system', get(value, 'system')), prompt];
  return object(
    [
      ['messages', list([...before, ...messages])],
      ['id', get(value, 'id')],
    ],
    value,
  );
}

function textsOf(parts: JsonNode): JsonNode {
  return list(parts.items.map((part) => get(part, 'text') ?? part));
}

function sdkCall(one: JsonNode): JsonNode {
  return call(get(one, 'toolName'), getAny(one, 'input', 'args'), get(one, 'toolCallId'));
}

function sdkResult(one: JsonNode): JsonNode {
  return message('tool', [
    ['tool_call_id', get(one, 'toolCallId')],
    ['name', get(one, 'toolName')],
    ['content', getAny(one, 'output', 'result')],
  ]);
}

/** Moatless: the nodes of a search, in the order in which they grew. */
function searchTree(value: JsonNode): JsonNode | null {
  const nodes = itemsOf(get(value, 'nodes'));
  if (!nodes.some((node) => itemsOf(get(node, 'action_steps')).length > 0)) return null;
  const messages = nodes.flatMap((node) => [
    says('user', getAny(node, 'user_message')),
    ...itemsOf(get(node, 'action_steps')).flatMap(searchStep),
  ]);
  const system = getAny(value, 'system_prompt');
  return object(
    [
      ['messages', list([isString(system) ? says('system', system) : null, ...messages])],
      ['id', getAny(value, 'instance_id', 'id')],
    ],
    value,
  );
}

const NO_ARGUMENTS = new Set(['action_args_class', 'thoughts', 'action_name', 'name']);

function searchStep(step: JsonNode): (JsonNode | null)[] {
  const action = get(step, 'action');
  if (!isObject(action)) return [];
  const args = action.items.filter((item) => !NO_ARGUMENTS.has(keyName(action, item)));
  const name = getAny(action, 'action_name', 'name') ?? className(get(action, 'action_args_class'));
  const turn = message('assistant', [
    ['reasoning_content', get(action, 'thoughts')],
    ['tool_calls', list([call(name, memberStretch(action, args))])],
  ]);
  const seen = get(step, 'observation');
  return [turn, says('tool', isObject(seen) ? get(seen, 'message') : seen)];
}

/** What stands behind the last point of a class's path, without `Args`. */
function className(path: JsonNode | null): JsonNode | null {
  if (!isString(path)) return null;
  const written = rawText(path);
  const start = written.lastIndexOf('.') + 1 || 1;
  const end = written.length - (written.endsWith('Args"') ? 5 : 1);
  return partOf(path, start, end);
}

/** Amazon Q and Kiro: what was asked and what came of it, in pairs. */
function promptHistory(value: JsonNode): JsonNode | null {
  const pairs = itemsOf(get(value, 'history'));
  const partsOf = (pair: JsonNode): [JsonNode | null, JsonNode | null] =>
    isArray(pair)
      ? [pair.items[0] ?? null, pair.items[1] ?? null]
      : [get(pair, 'user'), get(pair, 'assistant')];
  const isPair = (pair: JsonNode): boolean => {
    const [asked, answered] = partsOf(pair);
    return isObject(get(asked, 'content')) && isObject(answered);
  };
  if (!pairs.some(isPair)) return null;
  const messages = pairs.flatMap((pair) => {
    const [asked, answered] = partsOf(pair);
    return [...prompted(get(asked, 'content')), ...replied(answered)];
  });
  return object(
    [
      ['messages', list(messages)],
      ['id', get(value, 'conversation_id')],
    ],
    value,
  );
}

function prompted(asked: JsonNode | null): (JsonNode | null)[] {
  const results = getAny(asked, 'ToolUseResults', 'CancelledToolUses');
  const answers = itemsOf(get(results, 'tool_use_results')).map((result) =>
    message('tool', [
      ['tool_call_id', get(result, 'tool_use_id')],
      ['content', list(itemsOf(get(result, 'content')).map(held))],
    ]),
  );
  return [...answers, says('user', getPath(asked, 'Prompt', 'prompt'))];
}

/** The text, or the JSON of a result. */
function held(part: JsonNode): JsonNode {
  const text = getAny(part, 'Text', 'text');
  const json = getAny(part, 'Json', 'json');
  return object([text ? ['text', text] : ['json', json]]);
}

function replied(answer: JsonNode | null): (JsonNode | null)[] {
  const use = get(answer, 'ToolUse');
  if (!use) return [says('assistant', getPath(answer, 'Response', 'content'))];
  const calls = itemsOf(get(use, 'tool_uses')).map((one) =>
    call(get(one, 'name'), get(one, 'args'), get(one, 'id')),
  );
  return [
    message('assistant', [
      ['content', get(use, 'content')],
      ['tool_calls', list(calls)],
    ]),
  ];
}
