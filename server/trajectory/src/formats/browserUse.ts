import type { Builder } from '../assemble/builder.ts';
import {
  arrayOf,
  content,
  firstItems,
  get,
  getAny,
  isArray,
  isNull,
  isObject,
  itemsOf,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { plainSlice, type Slice } from '../text/source.ts';
import { readList, type Format, type RecordList } from './format.ts';
import { pathPicture } from './shared/pictureParts.ts';

const list: RecordList = {
  of: stepsOf,
  begin(build, record) {
    build.trajectory(record.rawStart, str(getAny(record, 'id', 'task_id')));
    build.outer('task', content(get(record, 'task')));
  },
  item(build, step) {
    if (isObject(step)) readStep(build, step);
  },
};

/** browser-use's history: what the model made of the page, its actions by name, and what came of each. */
export const browserUse: Format = {
  id: 'browser_use',
  title: 'browser-use history',
  recordNames: nameBits('history'),
  detect: ({ samples }) =>
    samples.some((sample) => firstItems(stepsOf(sample)).some(isStep))
      ? '`history[]` with `model_output`'
      : null,
  record(build, { value }) {
    if (firstItems(stepsOf(value)).some(isStep)) readList(list, build, value);
  },
  list,
};

function stepsOf(record: JsonNode): JsonNode | null {
  return arrayOf(get(record, 'history'));
}

function isStep(node: JsonNode): boolean {
  return isArray(get(get(node, 'model_output'), 'action')) && isArray(get(node, 'result'));
}

const THOUGHTS = ['thinking', 'evaluation_previous_goal', 'memory', 'next_goal'];

function readStep(build: Builder, step: JsonNode): void {
  const screen = pathPicture(getAny(get(step, 'state'), 'screenshot_path', 'screenshot'));
  if (screen) {
    build.result({ ahead: true });
    build.picture('observation', screen);
  }
  const output = get(step, 'model_output');
  if (isObject(output) && !isNull(output)) {
    build.turn();
    const said = getAny(output, 'current_state') ?? output;
    for (const name of THOUGHTS) build.put('reasoning', content(get(said, name)));
    for (const action of itemsOf(get(output, 'action'))) act(build, action);
  }
  for (const result of itemsOf(get(step, 'result'))) observe(build, result);
}

/** An object whose only member that says something is named as the action. */
function act(build: Builder, action: JsonNode): void {
  if (!isObject(action)) return;
  const given = action.items.find((item) => !isNull(item));
  if (given) build.call({ name: nameOf(action, given), arguments: content(given) });
}

function nameOf({ source }: JsonNode, { keyStart, keyEnd }: JsonNode): Slice {
  return plainSlice(source, keyStart, keyEnd);
}

function observe(build: Builder, result: JsonNode): void {
  const error = getAny(result, 'error');
  build.result({ isError: error !== null });
  build.put('observation', content(error ?? getAny(result, 'extracted_content')));
}
