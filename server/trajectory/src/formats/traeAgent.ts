import type { Builder } from '../assemble/builder.ts';
import {
  arrayOf,
  content,
  firstItems,
  get,
  getAny,
  getPath,
  inside,
  isFalse,
  isObject,
  isString,
  itemsOf,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { agentText } from './shared/agentText.ts';
import { chatCall, textParts, userMessage } from './shared/chat.ts';
import { chatRole } from './shared/roles.ts';

const list: RecordList = {
  of: (record) => {
    const steps = arrayOf(get(record, 'agent_steps'));
    return steps?.first ? steps : arrayOf(get(record, 'llm_interactions'));
  },
  begin(build, record) {
    build.trajectory(record.rawStart, str(getAny(record, 'id', 'instance_id')));
    const asked = getPath(firstItems(get(record, 'llm_interactions'))[0] ?? null, 'input_messages');
    for (const message of itemsOf(asked)) {
      if (chatRole(message) === 'user') userMessage(build, get(message, 'content'));
      else if (chatRole(message) === 'system') {
        build.outer('system');
        textParts(build, get(message, 'content'), 'system');
      }
    }
    const task = get(record, 'task');
    if (!build.hasTask && isString(task)) build.outer('task', inside(task));
  },
  item: readStep,
};

/** trae-agent's trajectories: steps with the response, its calls and their results. */
export const traeAgent: Format = {
  id: 'trae_agent',
  title: 'trae-agent trajectory',
  recordNames: nameBits('agent_steps'),
  detect({ samples }) {
    const isOne = (sample: JsonNode): boolean =>
      arrayOf(get(sample, 'agent_steps')) !== null &&
      arrayOf(get(sample, 'llm_interactions')) !== null;
    return samples.some(isOne) ? '`llm_interactions` beside `agent_steps`' : null;
  },
  record: (build, { value }) => {
    if (list.of(value)) readList(list, build, value);
  },
  list,
};

/** A step, or where there are none an interaction, which later ones repeat with its results. */
function readStep(build: Builder, step: JsonNode): void {
  const response = get(step, 'llm_response') ?? get(step, 'response');
  build.turn();
  agentText(build, content(get(response, 'content')));
  const calls = itemsOf(getAny(step, 'tool_calls') ?? get(response, 'tool_calls')).filter(isObject);
  for (const call of calls) chatCall(build, call);
  for (const result of itemsOf(get(step, 'tool_results'))) {
    build.result({
      callId: str(getAny(result, 'call_id', 'id')),
      name: str(get(result, 'name')),
      isError: isFalse(get(result, 'success')),
    });
    build.put('observation', content(getAny(result, 'result')));
    build.put('observation', content(getAny(result, 'error')));
  }
  const reflection = get(step, 'reflection');
  if (isString(reflection)) build.outer('other', inside(reflection));
}
