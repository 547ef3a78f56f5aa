import type { Environment } from '../environment.ts';
import { describeView } from './describe.ts';
import { makeGame } from './makeGame.ts';
import { initialState, stepWorld, type HouseholdState } from './world.ts';

/** A small household in the manner of ALFWorld: find things, change them, bring them somewhere. */
export const household: Environment<HouseholdState> = {
  name: 'household',
  reset: (key) => {
    const game = makeGame(key);
    return {
      state: initialState(game),
      task: game.taskText,
      observation: describeView(game),
      kind: game.task.kind,
    };
  },
  step: stepWorld,
};
