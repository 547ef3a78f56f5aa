import type { Builder } from '../build/builder.ts';
import { content, get, is, isArray, isObject, isTrue, itemsOf, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import type { Format } from './format.ts';
import { chatCall, chatMessage, textParts } from './shared/chat.ts';
import { chatRole } from './shared/roles.ts';

/**
 * SWE-agent's `.traj`: `trajectory[]` has thought, action and observation of each step; `history[]`
 * repeats them, and alone has the system prompt and the task. Old and demonstration files have history
 * only.
 */
export const sweAgent: Format = {
  id: 'sweagent_traj',
  title: 'SWE-agent trajectory',
  detect({ samples: [sample] }) {
    if (!isObject(sample ?? null)) return null;
    const history = get(sample!, 'history');
    const first = itemsOf(get(sample!, 'trajectory'))[0] ?? null;
    if (isArray(history) && get(sample!, 'trajectory')) return '`trajectory` beside `history`';
    if (get(first, 'thought') && get(first, 'action') && get(first, 'observation')) {
      return '`trajectory[]` with thought, action and observation';
    }
    const entry = itemsOf(history)[0] ?? null;
    if (get(entry, 'agent') ?? get(entry, 'message_type')) return '`history[]` with `agent`';
    return null;
  },
  record(build, { value }) {
    build.trajectory(value.start, str(get(value, 'instance_id')));
    const steps = itemsOf(get(value, 'trajectory')).filter(isObject);
    const history = itemsOf(get(value, 'history')).filter(isObject);
    if (steps.length > 0) withSteps(build, steps, history);
    else historyOnly(build, history);
    build.close(value.end);
  },
};

function withSteps(build: Builder, steps: JsonNode[], history: JsonNode[]): void {
  const system = history.find((entry) => chatRole(entry) === 'system');
  const task = history.find((entry) => chatRole(entry) === 'user' && !isDemo(entry));
  if (system) chatMessage(build, system);
  for (const entry of history) if (isDemo(entry)) other(build, entry);
  if (task) chatMessage(build, task);
  for (const step of steps) {
    build.turn();
    build.put('reasoning', content(get(step, 'thought')));
    build.put('action', content(get(step, 'action')));
    build.result();
    build.put('observation', content(get(step, 'observation')));
  }
}

function historyOnly(build: Builder, history: JsonNode[]): void {
  for (const entry of history) {
    const role = chatRole(entry);
    if (isDemo(entry)) other(build, entry);
    else if (role === 'assistant') assistant(build, entry);
    else if (role === 'user' && build.currentStep > 0) {
      build.result();
      textParts(build, get(entry, 'content'), 'observation');
    } else chatMessage(build, entry);
  }
}

/** Demonstrations put `thought` and `action` beside the `content` that joins them. */
function assistant(build: Builder, entry: JsonNode): void {
  const calls = itemsOf(get(entry, 'tool_calls')).filter(isObject);
  if (calls.length === 0) {
    chatMessage(build, entry);
    return;
  }
  build.turn();
  textParts(build, get(entry, 'content'), 'reasoning');
  for (const call of calls) chatCall(build, call);
}

function other(build: Builder, entry: JsonNode): void {
  build.outer('other');
  textParts(build, get(entry, 'content'), 'other');
}

function isDemo(entry: JsonNode): boolean {
  return isTrue(get(entry, 'is_demo')) || is(get(entry, 'message_type'), 'demonstration');
}
