import { wantedCondition, type Task } from './game.ts';

/** What a thought is about. */
export interface Facts {
  task: Task;
  /** Which of two objects is being dealt with. */
  ordinal: 'first' | 'second';
  /** What is held or about to be taken, empty before it is found. */
  object: string;
  /** Where the agent stands. */
  here: string;
  /** Where it goes next. */
  next: string;
  /** Where the search goes on when the first of two objects has been brought. */
  later: string;
}

export type ThoughtKind = keyof typeof WORDINGS;

export const WORDINGS_PER_THOUGHT = 3;

/** The thought in one of its wordings. */
export function think(kind: ThoughtKind, facts: Facts, wording: number): string {
  return WORDINGS[kind][wording]!(facts);
}

type Wording = (facts: Facts) => string;
type Wordings = readonly [Wording, Wording, Wording];

/**
 * Every thought begins with what it is all for and what is wanted or held, so that the next one can
 * be made from it and from the observation between them. What it decides comes right after the object.
 */
const WORDINGS = {
  start: [
    (f) => `${need(f)} and start at ${f.next}.`,
    (f) => `${some(f)} so first comes ${f.next}.`,
    (f) => `${wants(f)} perhaps at ${f.next}.`,
  ],
  closed: [
    (f) => `${need(f)} so open ${f.here}.`,
    (f) => `${some(f)} but closed is ${f.here}.`,
    (f) => `${wants(f)} maybe inside ${f.here}.`,
  ],
  absent: [
    (f) => `${need(f)} not at ${f.here}, next is ${f.next}.`,
    (f) => `${some(f)} missing at ${f.here}, then ${f.next}.`,
    (f) => `${wants(f)} none at ${f.here}, try ${f.next}.`,
  ],
  found: [
    (f) => `${need(f)} here at ${f.here}${later(f)}.`,
    (f) => `${some(f)} seen at ${f.here}${later(f)}.`,
    (f) => `${wants(f)} found at ${f.here}${later(f)}.`,
  ],
  carryToTool: [
    (f) => `${hold(f)} and go to ${f.next}.`,
    (f) => `${my(f)} to bring to ${f.next}.`,
    (f) => `${has(f)} to carry to ${f.next}.`,
  ],
  treat: [
    (f) => `${hold(f)} and stand at ${f.here}.`,
    (f) => `${my(f)} right by ${f.here}.`,
    (f) => `${has(f)} just before ${f.here}.`,
  ],
  carryToGoal: [
    (f) => `${hold(f)}${ready(f)}, so off to ${f.next}${later(f)}.`,
    (f) => `${my(f)}${ready(f)}, now on to ${f.next}${later(f)}.`,
    (f) => `${has(f)}${ready(f)}, bound for ${f.next}${later(f)}.`,
  ],
  closedGoal: [
    (f) => `${hold(f)}${ready(f)}, so open ${f.here}${later(f)}.`,
    (f) => `${my(f)}${ready(f)}, but closed is ${f.here}${later(f)}.`,
    (f) => `${has(f)}${ready(f)}, to go inside ${f.here}${later(f)}.`,
  ],
  put: [
    (f) => `${hold(f)}${ready(f)}, here is ${f.here}${later(f)}.`,
    (f) => `${my(f)}${ready(f)}, seen is ${f.here}${later(f)}.`,
    (f) => `${has(f)}${ready(f)}, found is ${f.here}${later(f)}.`,
  ],
  examine: [
    (f) => `${hold(f)}, light is ${f.here}.`,
    (f) => `${my(f)}, turn on ${f.here}.`,
    (f) => `${has(f)}, look with ${f.here}.`,
  ],
  again: [
    (f) => `${need(f)} and go on at ${f.next}.`,
    (f) => `${some(f)} so now comes ${f.next}.`,
    (f) => `${wants(f)} perhaps at ${f.next}.`,
  ],
} satisfies Record<string, Wordings>;

export const THOUGHT_KINDS = Object.keys(WORDINGS) as ThoughtKind[];

// What is wanted, in each wording: a type until one is found, then its name.
const need: Wording = (f) => `To ${aim(f)} I need ${wanted(f)}`;
const some: Wording = (f) => `I will ${aim(f)} some ${wanted(f)}`;
const wants: Wording = (f) => `The plan to ${aim(f)} wants ${wanted(f)}`;

// What is held.
const hold: Wording = (f) => `To ${aim(f)} I hold ${f.object}`;
const my: Wording = (f) => `I will ${aim(f)} my ${f.object}`;
const has: Wording = (f) => `The plan to ${aim(f)} has ${f.object}`;

function wanted({ object, task }: Facts): string {
  return object === '' ? task.object : object;
}

/** `move to shelf`, `clean for shelf`, `view under lamp`, `move second to shelf`. */
function aim({ task, ordinal }: Facts): string {
  const { kind, goal } = task;
  if (kind === 'examine') return `view under ${goal}`;
  if (kind === 'two') return `move ${ordinal} to ${goal}`;
  return kind === 'put' ? `move to ${goal}` : `${kind} for ${goal}`;
}

/** What has been done to the object. */
function ready(facts: Facts): string {
  const condition = wantedCondition(facts.task);
  return condition === null ? '' : ` now ${condition}`;
}

/** While the first of two objects is dealt with: where the search will go on. */
function later({ task, ordinal, later }: Facts): string {
  return task.kind === 'two' && ordinal === 'first' ? `, later ${later}` : '';
}
