import type { Expert } from '../world.ts';
import { wantedCondition, type Receptacle } from './game.ts';
import { random } from './random.ts';
import { think, WORDINGS_PER_THOUGHT, type Facts, type ThoughtKind } from './thoughts.ts';
import { contents, isClosed, placeOfAgent, type HouseholdState } from './world.ts';
import { typeOf } from './game.ts';

/** What the expert carries from turn to turn; all of it is also said in its thoughts. */
export interface HouseholdMemory {
  /** The way in which it words its thoughts throughout a game. */
  wording: number;
  /** How many places of the list have been searched. */
  searched: number;
  /** How many objects have been brought to the goal. */
  brought: number;
}

interface Step {
  kind: ThoughtKind;
  facts?: Partial<Facts>;
  action: string;
  memory?: Partial<HouseholdMemory>;
}

/**
 * Searches places in the order in which they were first seen, takes what is wanted, makes it clean,
 * hot or cold, and brings it to the first fitting place. It looks only into the receptacle before
 * which it stands.
 */
export const householdExpert: Expert<HouseholdState, HouseholdMemory> = {
  start: (_state, { split, seed, index }) => ({
    wording: random(`wording/${split}/${seed}/${index}`).below(WORDINGS_PER_THOUGHT),
    searched: 0,
    brought: 0,
  }),
  next: (state, memory) => {
    const step = state.held === null ? search(state, memory) : deliver(state, memory, state.held);
    const facts: Facts = {
      task: state.game.task,
      ordinal: memory.brought === 0 ? 'first' : 'second',
      object: state.held === null ? '' : typeOf(state.held),
      isReady: state.held !== null && isReady(state, state.held),
      here: state.at ?? '',
      next: '',
      later: state.game.receptacles[memory.searched]?.name ?? '',
      ...step.facts,
    };
    return {
      turn: { thought: think(step.kind, facts, memory.wording), action: step.action },
      memory: { ...memory, ...step.memory },
    };
  },
};

function search(state: HouseholdState, memory: HouseholdMemory): Step {
  const places = state.game.receptacles;
  const here = placeOfAgent(state);
  const next = places[memory.searched]!;
  const goOn = { action: `go to ${next.name}`, memory: { searched: memory.searched + 1 } };
  if (here === null) return { kind: 'start', facts: { next: next.name }, ...goOn };
  if (here !== places[memory.searched - 1])
    return { kind: 'again', facts: { next: next.name }, ...goOn };
  if (isClosed(state, here)) return { kind: 'closed', action: `open ${here.name}` };
  const object = contents(state, here).find((name) => typeOf(name) === state.game.task.object);
  if (object === undefined) return { kind: 'absent', facts: { next: next.name }, ...goOn };
  return {
    kind: 'found',
    action: `take ${typeOf(object)} from ${here.name}`,
  };
}

function deliver(state: HouseholdState, memory: HouseholdMemory, object: string): Step {
  const here = placeOfAgent(state)!;
  const { task } = state.game;
  if (!isReady(state, object)) {
    if (here.tool === task.kind)
      return { kind: 'treat', action: `${task.kind} ${typeOf(object)} with ${here.name}` };
    const tool = find(state, (one) => one.tool === task.kind);
    return { kind: 'carryToTool', facts: { next: tool.name }, action: `go to ${tool.name}` };
  }
  const goal = find(state, (one) => one.name === task.goal);
  if (here !== goal)
    return { kind: 'carryToGoal', facts: { next: goal.name }, action: `go to ${goal.name}` };
  if (task.kind === 'examine') return { kind: 'examine', action: `use ${goal.name}` };
  if (isClosed(state, here)) return { kind: 'closedGoal', action: `open ${here.name}` };
  return {
    kind: 'put',
    action: `put ${typeOf(object)} ${here.preposition} ${here.name}`,
    memory: { brought: memory.brought + 1 },
  };
}

/** Whether the object is as the task wants it. */
function isReady(state: HouseholdState, object: string): boolean {
  const condition = wantedCondition(state.game.task);
  return condition === null || (state.conditions.get(object) ?? []).includes(condition);
}

function find(state: HouseholdState, fits: (receptacle: Receptacle) => boolean): Receptacle {
  return state.game.receptacles.find(fits)!;
}
