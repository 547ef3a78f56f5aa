import { content, get, getAny, isObject, itemsOf, str } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/scanJson.ts';
import type { Format } from './format.ts';

/**
 * AgentNet and OSWorld recordings of a computer at work: each step describes the screen, thinks, says
 * in words what to do, and acts in code.
 */
export const agentNet: Format = {
  id: 'agentnet_cua',
  title: 'AgentNet computer use',
  detect({ samples }) {
    const steps = stepsOf(samples[0] ?? null);
    const step = steps.find((one) => get(one, 'inner_monologue'));
    if (step) return '`steps[]` with `inner_monologue`';
    return steps.some(isPublished) ? '`traj[]` with `value.thought`' : null;
  },
  record(build, { value }) {
    build.trajectory(value.start, str(get(value, 'task_id')));
    build.outer('task', content(getAny(value, 'user_task_description', 'instruction', 'task')));
    for (const step of stepsOf(value)) {
      const published = get(step, 'value');
      const inner = published ?? get(step, 'inner_monologue');
      build.result({ ahead: true });
      build.put('observation', content(get(inner, 'observation')));
      build.turn();
      build.put('reasoning', content(get(inner, 'thought')));
      build.put('reasoning', content(get(inner, published ? 'action' : 'low_level_instruction')));
      build.put('action', content(published ? get(inner, 'code') : get(step, 'action')));
    }
    build.close(value.end);
  },
};

function stepsOf(record: JsonNode | null): JsonNode[] {
  return itemsOf(getAny(record, 'steps', 'traj')).filter(isObject);
}

function isPublished(step: JsonNode): boolean {
  return get(get(step, 'value'), 'thought') !== null && get(get(step, 'value'), 'code') !== null;
}
