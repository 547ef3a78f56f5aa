import { some } from './describe.ts';
import { wantedCondition, type Task } from './game.ts';
import { receptacleType } from './words.ts';

/** What a thought is about. */
export interface Facts {
  task: Task;
  /** Which of two objects is being dealt with. */
  ordinal: 'first' | 'second';
  /** What is held; empty before it is taken. */
  object: string;
  /** Whether it has been made clean, hot or cold, where that is asked for. */
  isReady: boolean;
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
 * Every thought begins with what is wanted or held and what is still to be done with it, so that the next one can be
 * made from it and from the observation between them. Then it says what comes next.
 */
const WORDINGS = {
  start: [
    (f) => `${need(f)}. I start at the ${f.next}.`,
    (f) => `${want(f)}. First I try the ${f.next}.`,
    (f) => `${must(f)}. Maybe at the ${f.next}.`,
  ],
  closed: [
    (f) => `${need(f)}. I open the ${f.here}.`,
    (f) => `${want(f)}. So I open the ${f.here}.`,
    (f) => `${must(f)}. Maybe inside the ${f.here}.`,
  ],
  absent: [
    (f) => `${need(f)}. Not here, so on to the ${f.next}.`,
    (f) => `${want(f)}. None here, so I try the ${f.next}.`,
    (f) => `${must(f)}. Maybe at the ${f.next} instead.`,
  ],
  found: [
    (f) => `${need(f)}. Here it is at the ${f.here}${later(f)}.`,
    (f) => `${want(f)}. I see it at the ${f.here}${later(f)}.`,
    (f) => `${must(f)}. The ${f.here} has it${later(f)}.`,
  ],
  carryToTool: [
    (f) => `${have(f)}. I go to the ${f.next}.`,
    (f) => `${hold(f)}. I bring it to the ${f.next}.`,
    (f) => `${mustThis(f)}. The ${f.next} is for that.`,
  ],
  treat: [
    (f) => `${have(f)}. I am at the ${f.here}.`,
    (f) => `${hold(f)}. I use the ${f.here}.`,
    (f) => `${mustThis(f)}. The ${f.here} is here.`,
  ],
  carryToGoal: [
    (f) => `${have(f)}. I go to the ${f.next}${later(f)}.`,
    (f) => `${hold(f)}. I bring it to the ${f.next}${later(f)}.`,
    (f) => `${mustThis(f)}. The ${f.next} comes next${later(f)}.`,
  ],
  closedGoal: [
    (f) => `${have(f)}. I open the ${f.here}${later(f)}.`,
    (f) => `${hold(f)}. I have to open the ${f.here}${later(f)}.`,
    (f) => `${mustThis(f)}. First I open the ${f.here}${later(f)}.`,
  ],
  put: [
    (f) => `${have(f)}. I am at the ${f.here}${later(f)}.`,
    (f) => `${hold(f)}. I leave it at the ${f.here}${later(f)}.`,
    (f) => `${mustThis(f)}. The ${f.here} is here${later(f)}.`,
  ],
  examine: [
    (f) => `${have(f)}. I turn on the ${f.here}.`,
    (f) => `${hold(f)}. I use the ${f.here}.`,
    (f) => `${mustThis(f)}. The ${f.here} is here.`,
  ],
  again: [
    (f) => `${need(f)}. I go on at the ${f.next}.`,
    (f) => `${want(f)}. Now I try the ${f.next}.`,
    (f) => `${must(f)}. Maybe at the ${f.next}.`,
  ],
} satisfies Record<string, Wordings>;

export const THOUGHT_KINDS = Object.keys(WORDINGS) as ThoughtKind[];

// What is wanted, in each wording.
const need: Wording = (f) => `I need ${wanted(f)} to ${purpose(f)}`;
const want: Wording = (f) => `I want ${wanted(f)} to ${purpose(f)}`;
const must: Wording = (f) => `${capital(wanted(f))} must be ${purpose(f, PARTICIPLES)}`;

// What is held.
const have: Wording = (f) => `I have the ${held(f)} to ${purpose(f)}`;
const hold: Wording = (f) => `I hold the ${held(f)} to ${purpose(f)}`;
const mustThis: Wording = (f) => `The ${held(f)} must be ${purpose(f, PARTICIPLES)}`;

/** `a mug`; `one mug` and `another mug` where two are asked for. */
function wanted({ task, ordinal }: Facts): string {
  if (task.kind !== 'two') return some(task.object);
  return `${ordinal === 'first' ? 'one' : 'another'} ${task.object}`;
}

/** `mug`, and `clean mug` once it has been cleaned; `first mug` and `other mug` of two. */
function held({ task, object, ordinal, isReady }: Facts): string {
  if (task.kind === 'two') return `${ordinal === 'first' ? 'first' : 'other'} ${object}`;
  const condition = wantedCondition(task);
  return isReady && condition !== null ? `${condition} ${object}` : object;
}

const INFINITIVES = { clean: 'clean', heat: 'heat', cool: 'cool', put: 'put', examine: 'examine' };
const PARTICIPLES: typeof INFINITIVES = {
  clean: 'cleaned',
  heat: 'heated',
  cool: 'cooled',
  put: 'put',
  examine: 'examined',
};

/** `clean and put on the shelf`, `put on the shelf`, `examine under the lamp`. */
function purpose({ task, isReady }: Facts, verbs = INFINITIVES): string {
  const { kind, goal } = task;
  if (kind === 'examine') return `${verbs.examine} under the ${goal}`;
  const brought = `${verbs.put} ${receptacleType(goal)!.preposition} the ${goal}`;
  return kind === 'put' || kind === 'two' || isReady ? brought : `${verbs[kind]} and ${brought}`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** While the first of two objects is dealt with: where the search will go on. */
function later({ task, ordinal, later }: Facts): string {
  return task.kind === 'two' && ordinal === 'first' ? `, then on to the ${later}` : '';
}
