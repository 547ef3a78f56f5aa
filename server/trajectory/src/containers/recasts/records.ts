import { memberStretch } from '../../formats/shared/joinedNode.ts';
import {
  get,
  getAny,
  getPath,
  is,
  isArray,
  isObject,
  isString,
  itemsOf,
  keyName,
  rawText,
  str,
} from '../../json/jsonNode.ts';
import { JsonNode } from '../../json/jsonTree.ts';
import { nameBits } from '../../json/keyNames.ts';
import { call, list, message, object, says, type Recast } from './recast.ts';

/** Records that a program arranges in its own way, as chats, steps, or requests with answers. */
export const RECORD_RECASTS: readonly Recast[] = [
  {
    where: '`input` with a preferred output',
    names: nameBits('preferred_output'),
    of(value) {
      const [input, preferred] = [get(value, 'input'), get(value, 'preferred_output')];
      if (!isArray(get(input, 'messages')) || !isArray(preferred)) return null;
      return object(
        [
          ['messages', get(input, 'messages')],
          ['tools', get(input, 'tools')],
          ['completion', preferred],
        ],
        value,
      );
    },
  },
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
  { where: '`inference_log`', names: nameBits('inference_log'), of: inferenceLog },
  { where: 'steps with `toolCalls`', names: nameBits('steps'), of: generatedSteps },
  { where: 'nodes with `action_steps`', names: nameBits('nodes'), of: searchTree },
  { where: 'a `history` of prompts and tool uses', names: nameBits('history'), of: promptHistory },
  { where: 'invocations', names: nameBits('conversation'), of: invocations },
  { where: 'a prompt and what was sampled', names: nameBits('data'), of: sampled },
  { where: 'observations and predictions', names: nameBits('trajectory'), of: predictions },
  { where: '`arguments` and `resps`', names: nameBits('resps'), of: harnessRow },
  {
    where: 'an action after an `action_history`',
    names: nameBits('action_history'),
    of(value) {
      const action = get(value, 'action');
      if (!isString(action) || !isString(get(value, 'action_history'))) return null;
      return object(
        [
          ['task', getAny(value, 'utterances', 'task')],
          ['observation', getAny(value, 'clean_html', 'observation')],
          ['action', action],
          ['id', get(value, 'demo')],
        ],
        value,
      );
    },
  },
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

/** BFCL: turns with their steps, each a list of messages among notes of the harness. */
function inferenceLog(value: JsonNode): JsonNode | null {
  const log = get(value, 'inference_log');
  if (!isArray(log)) return null;
  const turns = log.items.filter(isObject);
  const messages = turns.flatMap((turn) => stepsIn(turn).flatMap(itemsOf));
  const own = messages.filter((one) => !/^(?:handler_log|state_info)/.test(roleOf(one)));
  if (!own.some((one) => roleOf(one) === 'assistant')) return null;
  return object(
    [
      ['messages', list(own)],
      ['id', get(value, 'id')],
    ],
    value,
  );
}

/** The query, then steps by their number. */
function stepsIn(turn: JsonNode): JsonNode[] {
  const numberOf = (part: JsonNode): number =>
    Number(/^step_(\d{1,6})$/.exec(keyName(turn, part))?.[1] ?? -1);
  return [...turn.items].sort((a, b) => numberOf(a) - numberOf(b));
}

function roleOf(node: JsonNode): string {
  return str(get(node, 'role')) ?? '';
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

/** ADK's sets of cases: what the user said, the tools that were used, and the answer; no results. */
function invocations(value: JsonNode): JsonNode | null {
  const all = itemsOf(get(value, 'conversation'));
  const textOf = (content: JsonNode | null): JsonNode | null => {
    const parts = itemsOf(get(content, 'parts'));
    return parts.length === 0 ? null : list(parts);
  };
  if (!all.some((one) => get(one, 'user_content') && get(one, 'intermediate_data'))) return null;
  const messages = all.flatMap((one) => {
    const uses = itemsOf(getPath(one, 'intermediate_data', 'tool_uses'));
    const calls = uses.map((use) => call(get(use, 'name'), get(use, 'args'), get(use, 'id')));
    const answers = itemsOf(getPath(one, 'intermediate_data', 'tool_responses'));
    return [
      says('user', textOf(get(one, 'user_content'))),
      calls.length > 0 ? message('assistant', [['tool_calls', list(calls)]]) : null,
      ...answers.map((answer) =>
        message('tool', [
          ['tool_call_id', get(answer, 'id')],
          ['content', get(answer, 'response')],
        ]),
      ),
      says('assistant', textOf(get(one, 'final_response'))),
    ];
  });
  return object(
    [
      ['messages', list(messages)],
      ['id', getAny(value, 'eval_id')],
    ],
    value,
  );
}

/** OpenAI Evals: events of type sampling. */
function sampled(value: JsonNode): JsonNode | null {
  const [prompt, answers] = [getPath(value, 'data', 'prompt'), getPath(value, 'data', 'sampled')];
  if (!is(get(value, 'type'), 'sampling') || !answers) return null;
  const answer = isArray(answers) ? (answers.items[0] ?? null) : answers;
  const asked = isArray(prompt) ? prompt.items : [says('user', prompt)];
  const written = isObject(answer) ? answer : says('assistant', answer);
  return object(
    [
      ['messages', list([...asked, written])],
      ['id', get(value, 'sample_id')],
    ],
    value,
  );
}

/** WebArena: the page and what the model predicted there, in turns. */
function predictions(value: JsonNode): JsonNode | null {
  const items = itemsOf(get(value, 'trajectory'));
  if (!items.some((item) => isString(get(item, 'raw_prediction')))) return null;
  const messages = items.map((item) => {
    const predicted = get(item, 'raw_prediction');
    if (isString(predicted)) return prediction(predicted);
    const seen = get(item, 'observation');
    return says('tool', isObject(seen) ? get(seen, 'text') : seen);
  });
  return object(
    [
      ['messages', list([says('user', getAny(value, 'intent', 'task', 'goal')), ...messages])],
      ['id', getAny(value, 'task_id', 'id')],
    ],
    value,
  );
}

/** The action is the last thing in a fence; what is said before it leads to it. */
function prediction(text: JsonNode): JsonNode {
  const written = rawText(text);
  const end = written.lastIndexOf('```');
  const start = end > 0 ? written.lastIndexOf('```', end - 1) : -1;
  if (start < 0) return message('assistant', [['content', text]]);
  return message('assistant', [
    ['reasoning_content', partOf(text, 1, start)],
    ['tool_calls', list([call(null, partOf(text, start + 3, end))])],
  ]);
}

/** A part of what a string node has between its quotes, as a string of its own. */
function partOf({ source, start, escaped }: JsonNode, from: number, to: number): JsonNode {
  const part = new JsonNode('string', source, start + from - 1, start + to + 1);
  part.escaped = escaped;
  return part;
}

/** The evaluation harness's samples: each document's prompt with the first answer. */
function harnessRow(value: JsonNode): JsonNode | null {
  const [answers] = itemsOf(get(value, 'resps'));
  const [answer] = itemsOf(answers ?? null);
  const args = get(value, 'arguments');
  const given = getPath(args, 'gen_args_0', 'arg_0') ?? itemsOf(itemsOf(args)[0] ?? null)[0];
  if (!isString(answer ?? null) || !isString(given ?? null)) return null;
  return object(
    [
      ['messages', list([says('user', given!), says('assistant', answer!)])],
      ['id', get(value, 'doc_id')],
    ],
    value,
  );
}
