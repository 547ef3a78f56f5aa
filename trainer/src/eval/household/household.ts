import type { World } from '../world.ts';
import { describeView } from './describe.ts';
import { makeGame } from './makeGame.ts';
import { validActions } from './validActions.ts';
import { initialState, stepWorld, type HouseholdState } from './world.ts';

/** A small household in the manner of ALFWorld: find things, change them, bring them somewhere. */
export const household: World<HouseholdState> = {
  name: 'household',
  version: '2',
  splits: ['train', 'test'],
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
  validActions,
};
