import type { GameKey, Turn } from './environment.ts';

/**
 * A text world in this process. States are values: `step` returns a new one and never changes the one it
 * is given, so an episode can be branched or replayed. Everything follows from the key. `kind` is the sort
 * of task, for figures by sort.
 */
export interface World<State> {
  readonly name: string;
  /** Changes when games would. */
  readonly version: string;
  readonly splits: readonly string[];
  reset(key: GameKey): { state: State; task: string; observation: string; kind: string };
  step(state: State, action: string): WorldStep<State>;
  /** All that the world would not refuse, sorted. */
  validActions(state: State): readonly string[];
}

export interface WorldStep<State> {
  state: State;
  observation: string;
  /** No further action has an effect. */
  done: boolean;
  success: boolean;
}

/**
 * An agent that knows how to solve the world's games: `next` is given the state before the turn and
 * answers with the turn and with what it must remember.
 */
export interface Expert<State, Memory> {
  start(state: State, key: GameKey): Memory;
  next(state: State, memory: Memory): { turn: Turn; memory: Memory };
}
