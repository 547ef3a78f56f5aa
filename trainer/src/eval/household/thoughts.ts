import type { Task } from './game.ts';

/** What a thought is about. Names are of instances (`mug 1`), types without number (`mug`). */
export interface Facts {
  task: Task;
  /** Which of two objects is being dealt with. */
  ordinal: 'first' | 'second';
  object: string;
  /** Where the agent stands. */
  here: string;
  /** Where it goes next. */
  next: string;
  /** Where the first of two objects was found. */
  source: string;
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
 * Every thought says again what is wanted or held, so that the next one can be made from it and
 * from the observation between them.
 */
const WORDINGS = {
  start: [
    (f) => `I need ${want(f)}. First is ${f.next}.`,
    (f) => `I look for ${want(f)}. I start at ${f.next}.`,
    (f) => `My goal is ${want(f)}. I begin with ${f.next}.`,
  ],
  closed: [
    (f) => `I need ${want(f)}. It may be in ${f.here}, so open it.`,
    (f) => `I look for ${want(f)}. But ${f.here} is closed.`,
    (f) => `My goal is ${want(f)}. I must open ${f.here} to see.`,
  ],
  absent: [
    (f) => `I need ${want(f)}. None at ${f.here}, next is ${f.next}.`,
    (f) => `I look for ${want(f)}. Not at ${f.here}, after it comes ${f.next}.`,
    (f) => `My goal is ${want(f)}. Nothing at ${f.here}, then try ${f.next}.`,
  ],
  found: [
    (f) => `I need ${want(f)}. Here is ${f.object} at ${f.here}.`,
    (f) => `I look for ${want(f)}. I see ${f.object} at ${f.here}.`,
    (f) => `My goal is ${want(f)}. I found ${f.object} at ${f.here}.`,
  ],
  carryToTool: [
    (f) => `I hold ${raw(f)}, it must be ${state(f)}. Next is ${f.next}.`,
    (f) => `I have ${raw(f)} but not ${state(f)}. I bring it to ${f.next}.`,
    (f) => `I took ${raw(f)} to make it ${state(f)}. I use ${f.next}.`,
  ],
  treat: [
    (f) => `I hold ${raw(f)}. Here ${f.here} can make it ${state(f)}.`,
    (f) => `I have ${raw(f)}. At ${f.here} I get it ${state(f)}.`,
    (f) => `I took ${raw(f)}. With ${f.here} it becomes ${state(f)}.`,
  ],
  carryToGoal: [
    (f) => `I hold ${held(f)}. Next is ${f.next}.`,
    (f) => `I have ${held(f)}. I bring it to ${f.next}.`,
    (f) => `I took ${held(f)}. It goes to ${f.next}.`,
  ],
  closedGoal: [
    (f) => `I hold ${held(f)}. I open ${f.here} for it.`,
    (f) => `I have ${held(f)}. But ${f.here} is closed.`,
    (f) => `I took ${held(f)}. I must open ${f.here}.`,
  ],
  put: [
    (f) => `I hold ${held(f)}. It belongs at ${f.here}.`,
    (f) => `I have ${held(f)}. I leave it at ${f.here}.`,
    (f) => `I took ${held(f)}. I put it down at ${f.here}.`,
  ],
  examine: [
    (f) => `I hold ${held(f)}. I look at it under ${f.here}.`,
    (f) => `I have ${held(f)}. Now ${f.here} can show it.`,
    (f) => `I took ${held(f)}. I turn on ${f.here}.`,
  ],
  again: [
    (f) => `I need ${want(f)}. The first was at ${f.source}, next is ${f.next}.`,
    (f) => `I look for ${want(f)}. One came from ${f.source}, after it comes ${f.next}.`,
    (f) => `My goal is ${want(f)}. Not again at ${f.source}, then try ${f.next}.`,
  ],
} satisfies Record<string, Wordings>;

/** `clean mug for shelf`, `second mug for shelf`. */
function want({ task, ordinal }: Facts): string {
  const which = task.kind === 'two' ? `${ordinal} ` : adjective(task);
  return `${which}${task.object} for ${task.goal}`;
}

/** `clean mug 1 for shelf`, `first mug 2 from drawer 1 for shelf`. */
function held({ task, ordinal, object, source }: Facts): string {
  const which = task.kind === 'two' ? `${ordinal} ` : adjective(task);
  const from = task.kind === 'two' && ordinal === 'first' ? ` from ${source}` : '';
  return `${which}${object}${from} for ${task.goal}`;
}

/** `mug 1 for shelf`, before it is clean. */
function raw({ task, object }: Facts): string {
  return `${object} for ${task.goal}`;
}

function state({ task }: Facts): string {
  return adjective(task).trim();
}

function adjective(task: Task): string {
  const adjectives = {
    put: '',
    examine: '',
    two: '',
    clean: 'clean ',
    heat: 'hot ',
    cool: 'cold ',
  };
  return adjectives[task.kind];
}

export const THOUGHT_KINDS = Object.keys(WORDINGS) as ThoughtKind[];
