import { get, getAny, isArray, isString, itemsOf, rawText } from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { nameBits } from '../../json/keyNames.ts';
import { call, list, message, object, says, type Recast } from './recast.ts';

/** Steps whose parts lie side by side, in lists or in pairs, as chat messages. */
export const COLUMN_RECASTS: readonly Recast[] = [
  { where: 'lists of observations and actions', names: nameBits('actions'), of: columns },
  {
    where: 'transitions',
    names: nameBits('transitions', 'steps', 'trajectory', 'episode'),
    of: transitions,
  },
  { where: '`intermediate_steps`', names: nameBits('intermediate_steps'), of: tuples },
  {
    where: '`Function` with `Args`',
    names: nameBits('Function'),
    of(value) {
      const [name, thought] = [get(value, 'Function'), get(value, 'Thought')];
      if (!isString(name) || !isString(thought)) return null;
      return object(
        [
          ['task', getAny(value, 'Request', 'Task')],
          ['observation', get(value, 'Observation')],
          ['thought', thought],
          ...(rawText(name) === '""'
            ? []
            : ([
                ['action', name],
                ['args', get(value, 'Args')],
              ] as const)),
        ],
        value,
      );
    },
  },
  {
    where: '`actual_output` with `tools_called`',
    names: nameBits('tools_called'),
    of(value) {
      const [input, output] = [get(value, 'input'), get(value, 'actual_output')];
      if (!isString(input) || !isString(output)) return null;
      const used = itemsOf(get(value, 'tools_called')).flatMap((one) => [
        acts(call(get(one, 'name'), get(one, 'input_parameters'))),
        says('tool', get(one, 'output')),
      ]);
      const messages = [says('user', input), ...used, says('assistant', output)];
      return object([['messages', list(messages)]], value);
    },
  },
];

function acts(one: JsonNode, thought: JsonNode | null = null): JsonNode {
  return message('assistant', [
    ['reasoning_content', thought],
    ['tool_calls', list([one])],
  ]);
}

function taskOf(value: JsonNode): JsonNode | null {
  const task = getAny(value, 'task', 'goal', 'instruction', 'question', 'intent', 'query');
  return isString(task) ? says('user', task) : null;
}

/** What is seen before each action, and at the end, in a list beside that of the actions. */
function columns(value: JsonNode): JsonNode | null {
  const actions = get(value, 'actions');
  const seen = getAny(value, 'observations', 'states', 'obs');
  if (!isArray(actions) || !isArray(seen)) return null;
  const extra = seen.items.length - actions.items.length;
  const isText = (item: JsonNode): boolean => isString(item);
  if (actions.items.length === 0 || (extra !== 0 && extra !== 1)) return null;
  if (!actions.items.every(isText) || !seen.items.every(isText)) return null;
  const thoughts = itemsOf(getAny(value, 'thoughts', 'reasonings', 'rationales'));
  const messages = actions.items.flatMap((action, i) => [
    says('tool', seen.items[i]!),
    acts(call(null, action), thoughts[i] ?? null),
  ]);
  const last = extra === 1 ? says('tool', seen.items[seen.items.length - 1]!) : null;
  return object(
    [
      ['messages', list([taskOf(value), ...messages, last])],
      ['id', getAny(value, 'id', 'task_id', 'episode_id')],
    ],
    value,
  );
}

const NEXT = ['next_state', 'next_obs', 'next_observation'];
const NOW = ['state', 'obs', 'observation'];

/** A state, an action, and the state that it leads to, which is the next one's. */
function transitions(value: JsonNode): JsonNode | null {
  const steps = itemsOf(getAny(value, 'transitions', 'steps', 'trajectory', 'episode'));
  const [first] = steps;
  if (!first || !steps.every((step) => isString(getAny(step, ...NEXT)))) return null;
  const messages = steps.flatMap((step) => [
    acts(call(null, get(step, 'action')), getAny(step, 'thought', 'reasoning')),
    says('tool', getAny(step, ...NEXT)),
  ]);
  const begins = says('tool', getAny(first, ...NOW));
  return object([['messages', list([taskOf(value), begins, ...messages])]], value);
}

/** LangChain's actions as a tuple of tool, input and log, each with what it gave: ToolAlpaca. */
function tuples(value: JsonNode): JsonNode | null {
  const pairs = itemsOf(get(value, 'intermediate_steps'));
  const isPair = ({ items: [action, seen] }: JsonNode): boolean =>
    isArray(action ?? null) && isString(action!.first) && seen !== undefined;
  if (!isArray(get(value, 'intermediate_steps')) || !pairs.every(isPair)) return null;
  const messages = pairs.flatMap(({ items: [action, seen] }) => [
    acts(call(action!.items[0]!, action!.items[1] ?? null)),
    says('tool', seen!),
  ]);
  const [input, output] = [get(value, 'input'), get(value, 'output')];
  if (!isString(input) || !isString(output)) return null;
  return object(
    [['messages', list([says('user', input), ...messages, says('assistant', output)])]],
    value,
  );
}
