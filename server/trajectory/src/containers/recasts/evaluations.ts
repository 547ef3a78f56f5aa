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
import type { JsonNode } from '../../json/jsonTree.ts';
import { nameBits } from '../../json/keyNames.ts';
import { call, list, message, object, partOf, says, type Recast } from './recast.ts';

/** What benchmarks, evaluations and their data sets keep. */
export const EVALUATION_RECASTS: readonly Recast[] = [
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
  { where: '`inference_log`', names: nameBits('inference_log'), of: inferenceLog },
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
