import type { Builder } from '../assemble/builder.ts';
import {
  arrayOf,
  content,
  firstItems,
  get,
  getAny,
  isObject,
  isString,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { pathPicture } from './shared/pictureParts.ts';
import { readList, type Format, type RecordList } from './format.ts';

const list: RecordList = {
  of: stepsOf,
  begin(build, record) {
    build.trajectory(record.rawStart, str(get(record, 'task_id')));
    build.outer('task', content(getAny(record, 'user_task_description', 'instruction', 'task')));
  },
  item(build, step) {
    if (isObject(step)) readStep(build, step);
  },
};

/**
 * AgentNet and OSWorld recordings of a computer at work: each step describes the screen, thinks, says
 * in words what to do, and acts in code.
 */
export const agentNet: Format = {
  id: 'agentnet_cua',
  title: 'AgentNet computer use',
  recordNames: nameBits('steps', 'traj'),
  detect({ samples }) {
    for (const sample of samples) {
      const steps = firstItems(stepsOf(sample));
      if (steps.some((step) => get(step, 'inner_monologue')))
        return '`steps[]` with `inner_monologue`';
      if (steps.some(isPublished)) return '`traj[]` with `value.code`';
    }
    return null;
  },
  record(build, { value }) {
    readList(list, build, value);
  },
  list,
};

function stepsOf(record: JsonNode | null): JsonNode | null {
  return arrayOf(getAny(record, 'steps', 'traj'));
}

function readStep(build: Builder, step: JsonNode): void {
  const published = get(step, 'value');
  const inner = published ?? get(step, 'inner_monologue');
  const screen = content(get(inner, 'observation'));
  const shown = pathPicture(getAny(step, 'image', 'screenshot'));
  if (screen ?? shown) build.result({ ahead: true });
  if (shown) build.picture('observation', shown);
  build.put('observation', screen);
  build.turn();
  build.put('reasoning', content(get(inner, 'thought')));
  build.put('reasoning', content(get(inner, published ? 'action' : 'low_level_instruction')));
  build.put('action', content(published ? get(inner, 'code') : get(step, 'action')));
}

function isPublished(step: JsonNode): boolean {
  return isString(get(get(step, 'value'), 'code'));
}
