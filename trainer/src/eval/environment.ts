/** Which games: those to learn from, or others that nobody learnt from; environments name their own. */
export type Split = string;

export interface GameKey {
  split: Split;
  seed: number;
  index: number;
}

/** What an agent says in one turn. */
export interface Turn {
  thought: string;
  action: string;
}

/**
 * Text games, wherever they run: in this process, in a program, behind a server. Many games are played side
 * by side and none waits for another; an implementation sends what is asked for at once together.
 */
export interface Environment {
  /** As the config names it. */
  readonly name: string;
  /** Describes the environment; the first call may start it. */
  facts(signal?: AbortSignal): Promise<EnvironmentFacts>;
  /** @throws EnvironmentError where this game cannot begin; DeepCoderError where none can */
  reset(key: GameKey, signal?: AbortSignal): Promise<Game>;
  close(): Promise<void>;
}

export interface EnvironmentFacts {
  /** Changes when games would: of the program and of its data. */
  version: string;
  /** Empty where it does not say. */
  splits: readonly string[];
}

/** A game under way. Each call rejects with an EnvironmentError when the environment fails. */
export interface Game {
  readonly task: string;
  /** What is seen before the first turn; like all observations one line. */
  readonly observation: string;
  /** The sort of task, for figures by sort. */
  readonly kind: string;
  step(action: string, signal?: AbortSignal): Promise<GameStep>;
  /** Actions that the environment would take now; null where it cannot tell. */
  validActions(signal?: AbortSignal): Promise<readonly string[] | null>;
  /** What somebody who knows the game would do from its beginning on; null where nobody does. */
  expert(signal?: AbortSignal): Promise<readonly Turn[] | null>;
  /** Nothing more will be asked of this game. */
  end(): void;
}

export interface GameStep {
  observation: string;
  /** No further action has an effect. */
  done: boolean;
  success: boolean;
  /** The environment did not know or take the action; null where it does not say. */
  invalid: boolean | null;
}

/** The environment failed in one game: never a fault of who played. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  constructor(
    message: string,
    /** Whether another game brought it about, such as one that ended a program of several. */
    readonly byOthers = false,
  ) {
    super(message);
  }
}
