import type { Builder } from '../build/builder.ts';

/** The record that the next line may go on with. */
export interface Joined {
  /** Characters; 0 where there is none. */
  length: number;
  /** It has nothing of a trajectory yet. */
  isEmpty: boolean;
}

export const NOTHING_JOINED: Joined = { length: 0, isEmpty: false };

/** Longer ones are parted. */
const MOST_CHARACTERS = 8 << 20;

/**
 * Reads a line, and says whether it goes on with the record before it, as in logs that write one event a line: it
 * stays in the open trajectory, or is the first of one after lines that say nothing.
 */
export function joinLine(
  before: Joined,
  { build, length, read }: { build: Builder; length: number; read: () => void },
): { goesOn: boolean; now: Joined } {
  const known = build.trajectories;
  read();
  const opened = build.trajectories > known;
  const says = opened || build.isOpen;
  const fits = before.length > 0 && before.length + length <= MOST_CHARACTERS;
  const goesOn = fits && (before.isEmpty ? !opened || build.isOpen : !opened && build.isOpen);
  const isEmpty = !says && (!goesOn || before.isEmpty);
  return { goesOn, now: { length: length + (goesOn ? before.length : 0), isEmpty } };
}
