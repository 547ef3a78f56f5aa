import type { Builder } from '../assemble/builder.ts';
import {
  arrayOf,
  content,
  get,
  isObject,
  isString,
  itemsOf,
  literal,
  nested,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { agentText } from './shared/agentText.ts';
import { textOfPart, textParts, userMessage } from './shared/chat.ts';

const list: RecordList = {
  of: (record) => arrayOf(get(record, 'steps')),
  begin: (build, record) => build.trajectory(record.rawStart, str(get(record, 'session_id'))),
  item(build, step) {
    if (isObject(step)) readStep(build, step);
  },
};

/** The Agent Trajectory Interchange Format; embedded sub-agents are trajectories of their own. */
export const atif: Format = {
  id: 'atif',
  title: 'ATIF trajectory',
  recordNames: nameBits('schema_version'),
  detect({ samples }) {
    const version = str(get(samples[0] ?? null, 'schema_version'));
    return version?.startsWith('ATIF') ? `\`schema_version\` ${version}` : null;
  },
  record(build, { value }) {
    const queue = [value];
    // What is added on the way is read in its turn.
    for (const one of queue) {
      readList(list, build, one);
      for (const agent of itemsOf(get(one, 'subagent_trajectories')))
        if (isObject(agent)) queue.push(agent);
    }
  },
  list: {
    ...list,
    of: (record) => (get(record, 'subagent_trajectories') ? null : list.of(record)),
  },
};

function readStep(build: Builder, step: JsonNode): void {
  const source = str(get(step, 'source'));
  const message = get(step, 'message');
  if (source === 'agent') {
    agentStep(build, step);
  } else if (source === 'user') {
    userMessage(build, message);
  } else {
    const kind = source === 'system' ? 'system' : 'other';
    build.outer(kind);
    textParts(build, message, kind);
  }
  results(build, step);
}

function agentStep(build: Builder, step: JsonNode): void {
  build.turn();
  const calls = itemsOf(get(step, 'tool_calls')).filter(isObject);
  build.put('reasoning', content(get(step, 'reasoning_content')));
  const message = get(step, 'message');
  const plan = calls.length === 0 ? commandPlan(message) : null;
  if (plan) {
    for (const part of plan.reasoning) build.put('reasoning', content(part));
    build.put('action', literal(plan.commands));
  } else {
    const parts = isString(message) ? [message] : itemsOf(message);
    const where = calls.length > 0 ? 'elsewhere' : 'here';
    for (const part of parts) agentText(build, textOfPart(part), { calls: where });
  }
  for (const call of calls) {
    build.call({
      id: str(get(call, 'tool_call_id')),
      name: content(get(call, 'function_name')),
      arguments: content(get(call, 'arguments')),
    });
  }
}

/** Terminal agents without function calls answer in JSON: analysis, plan and commands. */
function commandPlan(
  message: JsonNode | null,
): { reasoning: (JsonNode | null)[]; commands: JsonNode } | null {
  const plan = nested(message);
  const commands = get(plan, 'commands');
  if (!commands) return null;
  const reasoning = ['state_analysis', 'analysis', 'explanation', 'plan'].map((key) =>
    get(plan, key),
  );
  return { reasoning, commands };
}

function results(build: Builder, step: JsonNode): void {
  for (const result of itemsOf(get(get(step, 'observation'), 'results'))) {
    build.result({ callId: str(get(result, 'source_call_id')) });
    textParts(build, get(result, 'content'), 'observation');
  }
}
