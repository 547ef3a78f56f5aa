/** Which games: those to learn from, or those that nobody learnt from. */
export type Split = 'train' | 'test';

export interface GameKey {
  split: Split;
  seed: number;
  index: number;
}

/**
 * A text world. States are values: `step` returns a new one and never changes the one it is given,
 * so an episode can be branched or replayed. Everything follows from the key. `kind` is the sort of task,
 * for figures by sort.
 */
export interface Environment<State> {
  readonly name: string;
  reset(key: GameKey): { state: State; task: string; observation: string; kind: string };
  step(state: State, action: string): StepResult<State>;
}

export interface StepResult<State> {
  state: State;
  observation: string;
  /** No further action has an effect. */
  done: boolean;
  success: boolean;
}

/** What an agent says in one turn. */
export interface Turn {
  thought: string;
  action: string;
}

/**
 * An agent that knows how to solve the environment's games: `next` is given the state before the
 * turn and answers with the turn and with what it must remember.
 */
export interface Expert<State, Memory> {
  start(state: State, key: GameKey): Memory;
  next(state: State, memory: Memory): { turn: Turn; memory: Memory };
}
