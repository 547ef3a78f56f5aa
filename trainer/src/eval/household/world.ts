import type { WorldStep } from '../world.ts';
import { parseAction, type Action } from './parseAction.ts';
import { describeContents, describeView, NOTHING_HAPPENS } from './describe.ts';
import {
  CONDITION_OF,
  typeOf,
  wantedCondition,
  type Condition,
  type Game,
  type Receptacle,
} from './game.ts';

/** A moment of a game. The agent starts in the middle of the room, at no receptacle. */
export interface HouseholdState {
  readonly game: Game;
  /** Name of the receptacle before which the agent stands. */
  readonly at: string | null;
  readonly held: string | null;
  readonly open: ReadonlySet<string>;
  /** Of every object that is not held. */
  readonly placeOf: ReadonlyMap<string, string>;
  readonly conditions: ReadonlyMap<string, readonly Condition[]>;
  /** The wanted object was looked at under the light. */
  readonly examined: boolean;
}

export function initialState(game: Game): HouseholdState {
  return {
    game,
    at: null,
    held: null,
    open: new Set(),
    placeOf: game.placeOf,
    conditions: new Map(),
    examined: false,
  };
}

/** The world's answer to an action. What cannot be done changes nothing. */
export function stepWorld(state: HouseholdState, text: string): WorldStep<HouseholdState> {
  if (isSolved(state)) return { state, observation: NOTHING_HAPPENS, done: true, success: true };
  const action = parseAction(text);
  const effect = action === null ? null : act(state, action);
  if (effect === null) return { state, observation: NOTHING_HAPPENS, done: false, success: false };
  const success = isSolved(effect.state);
  const observation = success ? `${effect.observation} The task is done.` : effect.observation;
  return { state: effect.state, observation, done: success, success };
}

function isSolved(state: HouseholdState): boolean {
  const { task } = state.game;
  if (task.kind === 'examine') return state.examined;
  const condition = wantedCondition(task);
  const placed = [...state.placeOf].filter(
    ([object, place]) =>
      typeOf(object) === task.object &&
      place === task.goal &&
      (condition === null || (state.conditions.get(object) ?? []).includes(condition)),
  );
  return placed.length >= (task.kind === 'two' ? 2 : 1);
}

/** The receptacle before which the agent stands. */
export function placeOfAgent(state: HouseholdState): Receptacle | null {
  return state.game.receptacles.find((one) => one.name === state.at) ?? null;
}

export function isClosed(state: HouseholdState, receptacle: Receptacle): boolean {
  return receptacle.closable && !state.open.has(receptacle.name);
}

/** Objects in or on the receptacle, whether they can be seen or not. */
export function contents(state: HouseholdState, receptacle: Receptacle): string[] {
  return [...state.placeOf]
    .filter(([, place]) => place === receptacle.name)
    .map(([object]) => object);
}

type Effect = { state: HouseholdState; observation: string } | null;

function act(state: HouseholdState, action: Action): Effect {
  const here = placeOfAgent(state);
  if (!('receptacle' in action)) {
    return { state, observation: action.verb === 'look' ? look(state, here) : inventory(state) };
  }
  return handle(state, here, action);
}

/** Actions at a receptacle; `null` unless the agent stands before it. */
function handle(
  state: HouseholdState,
  here: Receptacle | null,
  action: Exclude<Action, { verb: 'look' | 'inventory' }>,
): Effect {
  if (action.verb === 'go') return go(state, action.receptacle);
  if (here?.name !== action.receptacle) return null;
  switch (action.verb) {
    case 'open':
      return open(state, here);
    case 'close':
      return close(state, here);
    case 'take':
      return take(state, here, action.object);
    case 'put':
      return put(state, here, action.object);
    case 'use':
      return use(state, here);
    case 'clean':
    case 'heat':
    case 'cool':
      return treat(state, here, { verb: action.verb, object: action.object });
  }
}

function go(state: HouseholdState, name: string): Effect {
  const target = state.game.receptacles.find((one) => one.name === name);
  if (target === undefined || state.at === name) return null;
  const there = { ...state, at: name };
  return { state: there, observation: look(there, target) };
}

function look(state: HouseholdState, here: Receptacle | null): string {
  if (here === null) return describeView(state.game);
  const { receptacles, task } = state.game;
  return describeContents(here, {
    contents: isClosed(state, here) ? null : contents(state, here),
    wanted: task.object,
    neighbour: receptacles[receptacles.indexOf(here) + 1] ?? null,
  });
}

function inventory(state: HouseholdState): string {
  return state.held === null ? 'You hold nothing.' : `You hold the ${typeOf(state.held)}.`;
}

function open(state: HouseholdState, here: Receptacle): Effect {
  if (!isClosed(state, here)) return null;
  const opened = { ...state, open: new Set([...state.open, here.name]) };
  return { state: opened, observation: look(opened, here) };
}

function close(state: HouseholdState, here: Receptacle): Effect {
  if (!here.closable || isClosed(state, here)) return null;
  const open = new Set([...state.open].filter((name) => name !== here.name));
  return { state: { ...state, open }, observation: `You close the ${here.name}.` };
}

function take(state: HouseholdState, here: Receptacle, type: string): Effect {
  const object = contents(state, here).find((one) => typeOf(one) === type);
  if (state.held !== null || isClosed(state, here) || object === undefined) return null;
  const placeOf = new Map([...state.placeOf].filter(([name]) => name !== object));
  return {
    state: { ...state, held: object, placeOf },
    observation: `You take the ${type} from the ${here.name}.`,
  };
}

function put(state: HouseholdState, here: Receptacle, type: string): Effect {
  const { held } = state;
  if (held === null || typeOf(held) !== type) return null;
  if (isClosed(state, here) || here.tool === 'light') return null;
  return {
    state: { ...state, held: null, placeOf: new Map([...state.placeOf, [held, here.name]]) },
    observation: `You put the ${type} ${here.preposition} the ${here.name}.`,
  };
}

function use(state: HouseholdState, here: Receptacle): Effect {
  if (here.tool !== 'light') return null;
  if (state.held === null) return { state, observation: `You turn on the ${here.name}.` };
  const examined = state.examined || typeOf(state.held) === state.game.task.object;
  return {
    state: { ...state, examined },
    observation: `You look at the ${typeOf(state.held)} under the ${here.name}.`,
  };
}

/** Clean, heat or cool what is held; a closed tool is opened and closed on the way. */
function treat(
  state: HouseholdState,
  here: Receptacle,
  { verb, object }: { verb: 'clean' | 'heat' | 'cool'; object: string },
): Effect {
  const { held } = state;
  if (held === null || here.tool !== verb || typeOf(held) !== object) return null;
  const gained = CONDITION_OF[verb];
  const opposite = gained === 'hot' ? 'cold' : gained === 'cold' ? 'hot' : null;
  const kept = (state.conditions.get(held) ?? []).filter(
    (one) => one !== gained && one !== opposite,
  );
  return {
    state: { ...state, conditions: new Map([...state.conditions, [held, [...kept, gained]]]) },
    observation: `You ${verb} the ${object} with the ${here.name}.`,
  };
}
