import type { Tool } from './words.ts';

export type TaskKind = 'put' | 'clean' | 'heat' | 'cool' | 'examine' | 'two';

export type Condition = 'clean' | 'hot' | 'cold';

export interface Task {
  kind: TaskKind;
  /** The type of object that is wanted. */
  object: string;
  /** The type of receptacle where it must end, or the light under which it must be looked at. */
  goal: string;
}

/** One that stands in the room; there is no other of its type. */
export interface Receptacle {
  /** Its name and type: `cabinet`. */
  name: string;
  preposition: 'in' | 'on';
  closable: boolean;
  tool: Tool | null;
}

/** Where everything is at the start; the order of receptacles is the order in which they are seen. */
export interface Game {
  id: string;
  room: string;
  /** What else is to be seen and does not matter. */
  scenery: string;
  task: Task;
  taskText: string;
  receptacles: readonly Receptacle[];
  /** Each object, with a number that is never shown (`mug 2`), to the receptacle that holds it. */
  placeOf: ReadonlyMap<string, string>;
}

/** Which tool brings about what. */
export const CONDITION_OF: Readonly<Record<'clean' | 'heat' | 'cool', Condition>> = {
  clean: 'clean',
  heat: 'hot',
  cool: 'cold',
};

/** The condition in which the task wants its object, or null. */
export function wantedCondition(task: Task): Condition | null {
  return task.kind === 'clean' || task.kind === 'heat' || task.kind === 'cool'
    ? CONDITION_OF[task.kind]
    : null;
}

/** What is shown of an object: `mug` of `mug 2`. */
export function typeOf(object: string): string {
  return object.slice(0, object.lastIndexOf(' '));
}
