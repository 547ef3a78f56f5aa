import type { Turn } from './environment.ts';

/** An episode, as far as it has got. */
export interface Episode {
  task: string;
  /** What is seen before the first turn. */
  observation: string;
  turns: readonly (Turn & { observation: string })[];
}

/** The episode as ReAct text, one labelled line for each part; ends with a line break. */
export function reactText({ task, observation, turns }: Episode): string {
  return (
    reactHead(task, observation) +
    turns.map((turn) => reactTurn(turn) + reactObservation(turn)).join('')
  );
}

export function reactHead(task: string, observation: string): string {
  return `Task: ${task}\n${reactObservation({ observation })}`;
}

export function reactTurn({ thought, action }: Turn): string {
  return `${thought === '' ? '' : `Thought: ${thought}\n`}Action: ${action}\n`;
}

export function reactObservation({ observation }: { observation: string }): string {
  return `Observation: ${observation}\n`;
}
