import type { GameKey } from '../environment.ts';
import type { Episode } from '../reactText.ts';
import { householdExpert } from './expert.ts';
import { household } from './household.ts';

/** The expert's whole episode; it always ends in success. */
export function expertEpisode(key: GameKey): Episode {
  const { state: start, task, observation: first } = household.reset(key);
  const turns: Episode['turns'][number][] = [];
  let state = start;
  let memory = householdExpert.start(start, key);
  for (;;) {
    const said = householdExpert.next(state, memory);
    const answer = household.step(state, said.turn.action);
    turns.push({ ...said.turn, observation: answer.observation });
    if (answer.done) return { task, observation: first, turns };
    state = answer.state;
    memory = said.memory;
  }
}
