import type { Random } from './random.ts';
import { NOTHING_HAPPENS } from './describe.ts';
import { typeOf } from './game.ts';
import { type HouseholdState, stepWorld } from './world.ts';

/** Something that somebody might do here by mistake, and that the world refuses; null where none was found. */
export function stumble(state: HouseholdState, rng: Random): string | null {
  const places = state.game.receptacles.map(({ name }) => name);
  const things = [...new Set([...state.placeOf.keys()].map(typeOf))];
  const attempts = [
    (): string => `open ${rng.pick(places)}`,
    (): string => `take ${rng.pick(things)} from ${rng.pick(places)}`,
    (): string => `put ${rng.pick(things)} in ${rng.pick(places)}`,
    (): string => `use ${rng.pick(places)}`,
  ];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const action = rng.pick(attempts)();
    if (stepWorld(state, action).observation === NOTHING_HAPPENS) return action;
  }
  return null;
}

const ATTEMPTS = 20;
