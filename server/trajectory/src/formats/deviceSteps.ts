import type { Builder } from '../assemble/builder.ts';
import {
  content,
  firstItems,
  get,
  getAny,
  inside,
  isObject,
  isString,
  itemsOf,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { decodedSource, plainSlice } from '../text/source.ts';
import type { Format } from './format.ts';
import { pathPicture } from './shared/pictureParts.ts';

/**
 * Recordings of a computer or telephone at work, what is seen as pictures beside them: OSWorld's `traj.jsonl`, Mind2Web,
 * GUI-Odyssey and AndroidControl.
 */
export const deviceSteps: Format = {
  id: 'device_steps',
  title: 'Recorded steps on a device',
  recordNames: nameBits('step_num', 'confirmed_task', 'task_info', 'step_instructions'),
  detect({ samples }) {
    for (const sample of samples) {
      if (isOsWorld(sample)) return 'steps with `action` and a screenshot';
      if (isMind2Web(sample)) return '`confirmed_task` with `actions`';
      if (isOdyssey(sample)) return '`task_info` with `steps`';
      if (isAndroid(sample)) return '`step_instructions` with `actions`';
    }
    return null;
  },
  read({ records }, build) {
    let response: Response | null = null;
    for (const { value, range } of records()) {
      if (!isOsWorld(value)) readEpisode(build, value);
      else {
        if (!build.isOpen || beginsAgain(value, response)) build.trajectory(range.start);
        response = osWorldStep(build, value, response);
      }
    }
  },
};

function readEpisode(build: Builder, value: JsonNode): void {
  const read = EPISODES.find(([isOne]) => isOne(value))?.[1];
  if (!read) return;
  build.trajectory(value.rawStart, str(getAny(value, 'annotation_id', 'episode_id')));
  read(build, value);
  build.close(value.rawEnd);
}

/** What the model said in a step; each of the actions in it is a line, with all of it. */
interface Response {
  /** Of its turn, which goes on behind a screenshot. */
  key: string;
  step: string | null;
  text: string;
}

function beginsAgain(step: JsonNode, last: Response | null): boolean {
  return str(get(step, 'step_num')) === '1' && last?.step !== '1';
}

function isOsWorld(record: JsonNode): boolean {
  if (!get(record, 'step_num') || !getAny(record, 'action', 'actions')) return false;
  return ['screenshot_file', 'screenshot_file_before_exec', 'action_timestamp'].some(
    (key) => get(record, key) !== null,
  );
}

/** The response mostly has the action in it. */
function osWorldStep(build: Builder, step: JsonNode, last: Response | null): Response {
  const actions = get(step, 'actions') ? itemsOf(get(step, 'actions')) : [get(step, 'action')!];
  const said = get(step, 'response');
  const response = { step: str(get(step, 'step_num')), text: str(said) ?? '' };
  const isRepeated = last?.step === response.step && last.text === response.text;
  const key = isRepeated ? last.key : `${(last ? Number(last.key) : 0) + 1}`;
  const before = pathPicture(get(step, 'screenshot_file_before_exec'));
  if (before && !isRepeated) {
    build.result({ ahead: true });
    build.picture('observation', before);
  }
  build.turn(key);
  const isWhole = isString(said) && actions.length === 1 && !isRepeated;
  if (!isWhole || !withAction(build, said, actions[0]!)) {
    if (isString(said) && !isRepeated) build.say(inside(said));
    for (const action of actions) build.put('action', content(action));
  }
  const after = pathPicture(get(step, 'screenshot_file'));
  if (after) {
    build.result();
    build.picture('observation', after);
  }
  return { ...response, key };
}

const LONGEST_FENCE = 40;

/** Whether the response has the action word by word; then that is its place. */
function withAction(build: Builder, response: JsonNode, action: JsonNode): boolean {
  const code = isString(action) ? decodedSource(inside(action)).text.trim() : '';
  const source = decodedSource(inside(response));
  const at = code === '' ? -1 : source.text.lastIndexOf(code);
  if (at < 0) return false;
  const end = at + code.length;
  const fence = /(?<!\s)\s*```\w*\s*$/.exec(
    source.text.slice(Math.max(0, at - LONGEST_FENCE), at),
  )?.[0];
  const before = at - (fence?.length ?? 0);
  const after = end + (/^\s*```/.exec(source.text.slice(end))?.[0].length ?? 0);
  build.say(plainSlice(source, 0, before));
  build.label(plainSlice(source, before, at));
  build.put('action', plainSlice(source, at, end));
  build.label(plainSlice(source, end, after));
  build.say(plainSlice(source, after, source.text.length));
  return true;
}

function isMind2Web(record: JsonNode): boolean {
  if (!get(record, 'confirmed_task')) return false;
  return get(record, 'action_reprs') !== null || firstItems(get(record, 'actions')).length > 0;
}

/** Each step in words where there are any, else the operation. */
function mind2Web(build: Builder, record: JsonNode): void {
  build.outer('task', content(get(record, 'confirmed_task')));
  const told = itemsOf(get(record, 'action_reprs'));
  const actions = told.length > 0 ? told : itemsOf(get(record, 'actions'));
  for (const action of actions) {
    build.turn();
    build.put('action', content(get(action, 'operation') ?? action));
  }
}

function isOdyssey(record: JsonNode): boolean {
  return (
    isObject(get(record, 'task_info')) &&
    firstItems(get(record, 'steps')).some((step) => get(step, 'action'))
  );
}

function odyssey(build: Builder, record: JsonNode): void {
  build.outer('task', content(getAny(get(record, 'task_info'), 'instruction', 'task')));
  for (const step of itemsOf(get(record, 'steps'))) {
    const screen = content(get(step, 'description'));
    const shown = pathPicture(get(step, 'screenshot'));
    if (screen ?? shown) build.result({ ahead: true });
    if (shown) build.picture('observation', shown);
    build.put('observation', screen);
    build.turn();
    build.put('reasoning', content(get(step, 'intention')));
    build.put('reasoning', content(get(step, 'low_level_instruction')));
    build.call({ name: content(get(step, 'action')), arguments: content(get(step, 'info')) });
  }
}

function isAndroid(record: JsonNode): boolean {
  if (!get(record, 'goal') || !get(record, 'step_instructions')) return false;
  return firstItems(get(record, 'actions')).some((action) => get(action, 'action_type'));
}

function android(build: Builder, record: JsonNode): void {
  build.outer('task', content(get(record, 'goal')));
  const told = itemsOf(get(record, 'step_instructions'));
  itemsOf(get(record, 'actions')).forEach((action, i) => {
    build.turn();
    build.put('reasoning', content(told[i] ?? null));
    build.put('action', content(action));
  });
}

const EPISODES = [
  [isMind2Web, mind2Web],
  [isOdyssey, odyssey],
  [isAndroid, android],
] as const;
