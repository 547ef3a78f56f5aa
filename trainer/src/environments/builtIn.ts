import { DeepCoderError } from '@deepcoder/config';
import type { Environment, Game, GameKey, Turn } from '../eval/environment.ts';
import type { Expert, World } from '../eval/world.ts';

/** Turns after which an expert is taken not to know the game. */
const MAX_EXPERT_TURNS = 200;

/** A world of this process as an environment. */
export function builtIn<State, Memory>(
  world: World<State>,
  expert: Expert<State, Memory>,
): Environment {
  const { name, version, splits } = world;
  return {
    name,
    facts: () => Promise.resolve({ version, splits }),
    reset: (key) => {
      if (splits.includes(key.split)) return Promise.resolve(begin(world, expert, key));
      const message = `${name}: there is no split "${key.split}"; it has ${splits.join(' and ')}`;
      return Promise.reject(new DeepCoderError('environment-split', message, { exitCode: 2 }));
    },
    close: () => Promise.resolve(),
  };
}

function begin<State, Memory>(
  world: World<State>,
  expert: Expert<State, Memory>,
  key: GameKey,
): Game {
  const { state: first, task, observation, kind } = world.reset(key);
  let state = first;
  return {
    ...{ task, observation, kind },
    step(action) {
      const refused = !world.validActions(state).includes(action);
      const next = world.step(state, action);
      const isSame = next.state === state;
      ({ state } = next);
      const { done, success } = next;
      const said = { observation: next.observation, done, success };
      // An action in other words than those of the list may still have had its effect.
      return Promise.resolve({ ...said, invalid: refused && isSame && !done });
    },
    validActions: () => Promise.resolve(world.validActions(state)),
    expert: () => Promise.resolve(expertTurns(world, expert, { state: first, key })),
    end: () => undefined,
  };
}

function expertTurns<State, Memory>(
  world: World<State>,
  expert: Expert<State, Memory>,
  { state: first, key }: { state: State; key: GameKey },
): Turn[] {
  const turns: Turn[] = [];
  let state = first;
  let memory = expert.start(first, key);
  while (turns.length < MAX_EXPERT_TURNS) {
    const said = expert.next(state, memory);
    turns.push(said.turn);
    const next = world.step(state, said.turn.action);
    if (next.done) break;
    ({ state } = next);
    ({ memory } = said);
  }
  return turns;
}
