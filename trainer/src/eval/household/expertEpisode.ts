import type { GameKey } from '../environment.ts';
import type { Episode } from '../reactText.ts';
import { householdExpert } from './expert.ts';
import { household } from './household.ts';
import { random } from './random.ts';
import { stumble } from './stumble.ts';

/**
 * The expert's whole episode; it always ends in success. With `faults`, that share of its turns comes after
 * one in which it means the same and does something that the world refuses.
 */
export function expertEpisode(key: GameKey, { faults = 0 }: { faults?: number } = {}): Episode {
  const { state: start, task, observation: first } = household.reset(key);
  const turns: Episode['turns'][number][] = [];
  const rng = random(`faults/${key.split}/${key.seed}/${key.index}`);
  let state = start;
  let memory = householdExpert.start(start, key);
  for (;;) {
    const said = householdExpert.next(state, memory);
    const mistake = rng.next() < faults ? stumble(state, rng) : null;
    if (mistake !== null) {
      const { observation } = household.step(state, mistake);
      turns.push({ thought: said.turn.thought, action: mistake, observation });
    }
    const answer = household.step(state, said.turn.action);
    turns.push({ ...said.turn, observation: answer.observation });
    if (answer.done) return { task, observation: first, turns };
    state = answer.state;
    memory = said.memory;
  }
}
