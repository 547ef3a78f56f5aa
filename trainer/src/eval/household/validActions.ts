import { NOTHING_HAPPENS } from './describe.ts';
import { typeOf } from './game.ts';
import { contents, isClosed, placeOfAgent, stepWorld, type HouseholdState } from './world.ts';

/** All that has an effect or shows something, sorted. */
export function validActions(state: HouseholdState): readonly string[] {
  const go = state.game.receptacles.map(({ name }) => `go to ${name}`);
  const works = (action: string): boolean =>
    stepWorld(state, action).observation !== NOTHING_HAPPENS;
  const all = new Set(['look', 'inventory', ...go, ...actionsHere(state)]);
  return [...all].filter(works).sort();
}

/** What could be done before the receptacle where the agent stands. */
function actionsHere(state: HouseholdState): string[] {
  const here = placeOfAgent(state);
  if (here === null) return [];
  const { name, preposition } = here;
  const seen = isClosed(state, here) ? [] : contents(state, here);
  const take = seen.map((object) => `take ${typeOf(object)} from ${name}`);
  const simple = [`open ${name}`, `close ${name}`, `use ${name}`, ...take];
  if (state.held === null) return simple;
  const held = typeOf(state.held);
  const treat = ['clean', 'heat', 'cool'].map((verb) => `${verb} ${held} with ${name}`);
  return [...simple, `put ${held} ${preposition} ${name}`, ...treat];
}
