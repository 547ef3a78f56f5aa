import type { Builder } from '../assemble/builder.ts';
import {
  firstItems,
  content,
  get,
  getAny,
  isArray,
  isNull,
  isObject,
  isString,
  itemsOf,
  keyName,
  nested,
  str,
} from '../json/jsonNode.ts';
import type { FoundPicture } from '../assemble/placeHolders.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import type { Format, JsonRecord } from './format.ts';
import { joinedArray, joinedObject } from './shared/joinedNode.ts';
import { pathPicture } from './shared/pictureParts.ts';
import { ANSWERS, CONCLUSIONS, PARTS, plain, SCREENS, TASKS } from './shared/stepNames.ts';

/**
 * Logs of one's own: a list of objects with what the agent thought, did and saw, under whatever name; or
 * one such object a line.
 */
export const stepRecords: Format = {
  id: 'step_records',
  title: 'Step records',
  detect({ samples }) {
    for (const sample of samples) {
      if (isStep(sample)) return 'records with an action, and a thought or observation';
      const [run] = runsIn(sample);
      if (run) return `a list of steps with \`${stepKeys(run.steps).join('` and `')}\``;
    }
    return null;
  },
  record: readRecord,
};

/** What the name of an action begins with, as it is written. */
const MAY_ACT = /[^a-z"\\]*[act\\]/iy;

interface Step {
  thoughts: JsonNode[];
  action: JsonNode | null;
  input: JsonNode | null;
  observations: JsonNode[];
  screen: FoundPicture | null;
  /** A member is named as only agents' logs name one. */
  isPlainlySeen: boolean;
}

/** Other programs write `result`, `state` and so on beside an `action` as well. */
const SEEN = /^obs|^tool|^feedback/;

/** A pair of an action and what came of it is a step too, as LangChain's `intermediate_steps` are. */
function readStep(node: JsonNode): Step {
  const step: Step = {
    thoughts: [],
    action: null,
    input: null,
    observations: [],
    screen: null,
    isPlainlySeen: false,
  };
  const [first, observation] = isArray(node) ? node.items : [node];
  for (const [key, value] of members(first ?? null)) {
    const name = plain(key);
    const part = PARTS.get(name);
    if (SCREENS.has(name)) step.screen ??= screenIn(value);
    if (!part || isNull(value)) continue;
    if (part === 'thought') step.thoughts.push(value);
    else if (part === 'observation') {
      step.observations.push(value);
      step.isPlainlySeen ||= SEEN.test(name);
    } else if (part === 'action') step.action = step.action ?? value;
    else step.input = step.input ?? value;
  }
  if (observation) step.observations.push(observation);
  return step;
}

/** A container's image is named in a member of that name as well. */
function screenIn(value: JsonNode): FoundPicture | null {
  const found = pathPicture(value);
  return found && (found.picture.mediaType !== null || 'range' in found.picture.source)
    ? found
    : null;
}

function members(node: JsonNode | null): [string, JsonNode][] {
  if (!isObject(node)) return [];
  return node.items.map((item) => [keyName(node, item), item]);
}

function isStep(node: JsonNode): boolean {
  if (!isObject(node) && !(isArray(node) && node.items.length === 2)) return false;
  const first = isArray(node) ? node.items[0]! : node;
  if (!mayAct(first) || isEvent(first)) return false;
  // Two steps in a list are no action and what came of it.
  if (isArray(node) && readStep(node.items[1]!).action) return false;
  const { thoughts, action, input, observations, isPlainlySeen } = readStep(node);
  const acts = isString(action) || isCall(action);
  const isPair = isArray(node) && isCall(node.first);
  const told = thoughts.some(isString) || isPlainlySeen || isPair || input !== null;
  return acts && told && [...thoughts, ...observations].length > 0;
}

/** Whether a string or an object may be named as an action: most records are told from steps without reading them. */
function mayAct(node: JsonNode): boolean {
  const { text } = node.source;
  for (let item = node.first; item; item = item.next) {
    if (!isString(item) && !isObject(item)) continue;
    MAY_ACT.lastIndex = item.keyStart;
    if (MAY_ACT.test(text)) return true;
  }
  return false;
}

/** Chat messages, OpenHands' events and SWE-agent's steps have readers of their own. */
function isEvent(node: JsonNode): boolean {
  const has = (...keys: string[]): boolean => keys.every((key) => get(node, key) !== null);
  if (has('role') || has('from') || str(get(node, 'kind'))?.endsWith('Event')) return true;
  const isOpenHands = ['args', 'extras', 'tool_call_metadata'].some((key) => has('source', key));
  return isOpenHands || has('response', 'state', 'thought');
}

const NAMES = ['name', 'tool', 'function', 'tool_name', 'action', 'action_type', 'type'];
const INPUTS = [
  'arguments',
  'args',
  'input',
  'parameters',
  'params',
  'tool_input',
  'action_input',
  'kwargs',
];

function isCall(node: JsonNode | null): boolean {
  return isObject(node) && NAMES.some((key) => get(node, key));
}

function stepKeys(steps: JsonNode): string[] {
  const step = itemsOf(steps).find(isStep);
  return members(isArray(step ?? null) ? null : (step ?? null))
    .map(([key]) => key)
    .filter((key) => PARTS.has(plain(key)))
    .slice(0, 3);
}

interface Run {
  steps: JsonNode;
  /** The objects around the list, the innermost first. */
  around: JsonNode[];
}

/** A list of steps, or an object's lists of them, also with the steps by number; deeper ones where the task stands beside their object. */
function runsIn(node: JsonNode, around: readonly JsonNode[] = []): Run[] {
  if (isStepList(node)) return [{ steps: node, around: [...around] }];
  if (!isObject(node) || around.length > 1) return [];
  const inside = [node, ...around];
  const lists = node.items.flatMap((item) => stepListIn(item) ?? []);
  if (lists.length > 0) return lists.map((steps) => ({ steps, around: inside }));
  if (!taskOf([node])) return [];
  return node.items.flatMap((item) => (isObject(item) ? runsIn(item, inside) : []));
}

function stepListIn(node: JsonNode): JsonNode | null {
  if (isStepList(node)) return node;
  return isObject(node) && node.first ? (namedSteps(node) ?? numberedSteps(node)) : null;
}

/** Steps by number or name; what is written first need not be what came first. */
function namedSteps(node: JsonNode): JsonNode | null {
  if (!node.items.every(isStep)) return null;
  const numberOf = (item: JsonNode): number =>
    Number(/\d{1,6}$/.exec(keyName(node, item))?.[0] ?? 0);
  return joinedArray([...node.items].sort((a, b) => numberOf(a) - numberOf(b)));
}

function isStepList(node: JsonNode): boolean {
  return isArray(node) && firstItems(node).some(isStep);
}

const NUMBERED = /^(.*?)_?(\d{1,6})$/;

/** DSPy's: the steps' members side by side, each with the number of its step: `thought_0`, `tool_name_0`. */
function numberedSteps(node: JsonNode): JsonNode | null {
  if (!node.first || !NUMBERED.test(keyName(node, node.first))) return null;
  const steps = new Map<string, [string, JsonNode][]>();
  for (const [key, value] of members(node)) {
    const [, name, number] = NUMBERED.exec(key) ?? [];
    if (name === undefined || number === undefined) return null;
    const step = steps.get(number) ?? [];
    steps.set(number, [...step, [name, value]]);
  }
  const inOrder = [...steps].sort(([a], [b]) => Number(a) - Number(b));
  const list = joinedArray(inOrder.map(([, step]) => joinedObject(step)));
  return isStepList(list) ? list : null;
}

function readRecord(build: Builder, { value, range }: JsonRecord): void {
  if (isStep(value)) {
    const task = taskOf([value]);
    if (!build.isOpen || (task && build.currentStep > 0 && beginsAgain(value)))
      build.trajectory(range.start, idOf([value]));
    if (task && !build.hasTask) build.outer('task', content(task));
    writeStep(build, value);
    return;
  }
  for (const { steps, around } of runsIn(value)) {
    const places = around.length > 0 ? around : [value];
    build.trajectory((places[0] ?? steps).rawStart, idOf(places));
    const task = taskOf([...places, ...itemsOf(steps).slice(0, 1)]);
    if (task) build.outer('task', content(task));
    for (const step of steps.items) writeStep(build, step);
    writeAnswer(build, places);
    build.close((places[0] ?? steps).rawEnd);
  }
}

/** Where steps stand one a line, a run begins with its first. */
function beginsAgain(step: JsonNode): boolean {
  const number = str(getAny(step, 'step', 'step_id', 'step_num', 'turn', 'index', 'i'));
  return number === '0' || number === '1';
}

function writeStep(build: Builder, node: JsonNode): void {
  const { thoughts, action, input, observations, screen } = readStep(node);
  if (screen) {
    build.result({ ahead: true });
    build.picture('observation', screen);
  }
  if (thoughts.length > 0 || action) {
    build.turn();
    for (const thought of thoughts) build.put('reasoning', content(thought));
    if (action) writeAction(build, action, input);
  }
  if (observations.length === 0) return;
  build.result();
  for (const observation of observations) build.put('observation', content(observation));
}

function writeAction(build: Builder, action: JsonNode, input: JsonNode | null): void {
  const call = nested(action);
  const body = get(call, 'function');
  const inner = isObject(body) ? body : call;
  const name = getAny(inner, ...NAMES);
  if (isObject(inner) && isString(name)) {
    build.call({ name: content(name), arguments: content(getAny(inner, ...INPUTS) ?? input) });
  } else if (input) build.call({ name: content(action), arguments: content(input) });
  else build.put('action', content(action));
}

function writeAnswer(build: Builder, around: readonly JsonNode[]): void {
  const answer = memberOf(around, ANSWERS);
  if (!isString(answer)) return;
  build.turn();
  const thought = memberOf(around, CONCLUSIONS);
  if (thought) build.put('reasoning', content(thought));
  build.say(content(answer));
}

function taskOf(nodes: readonly JsonNode[]): JsonNode | null {
  const task = memberOf(nodes, TASKS);
  return isString(task) ? task : null;
}

/** The first member of these names, in the first object that has one. */
function memberOf(nodes: readonly JsonNode[], wanted: ReadonlySet<string>): JsonNode | null {
  for (const node of nodes) {
    if (!isObject(node)) continue;
    for (let item: JsonNode | null = node.first; item; item = item.next)
      if (isString(item) && wanted.has(plain(keyName(node, item)))) return item;
  }
  return null;
}

function idOf(nodes: readonly JsonNode[]): string | null {
  for (const node of nodes) {
    const id = str(getAny(node, 'id', 'task_id', 'episode_id', 'run_id', 'episodeIdx'));
    if (id !== null) return id;
  }
  return null;
}
