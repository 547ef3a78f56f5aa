import { ALONE } from './alone.ts';
import type { Collective } from './collective.ts';

/** The ranks of a run as one of them sees them. */
export interface Ranks {
  collective: Collective;
  /** By rank. */
  members: readonly Member[];
  /** This rank among those of its machine: which device is its. */
  local: { rank: number; size: number };
}

export interface Member {
  host: string;
  pid: number;
}

/** A single-process run. */
export const ONE_RANK: Ranks = {
  collective: ALONE,
  members: [{ host: 'localhost', pid: process.pid }],
  local: { rank: 0, size: 1 },
};

/** Names a rank for people: `rank 1 on node7`. */
export function rankName({ members }: Pick<Ranks, 'members'>, rank: number): string {
  return `rank ${rank} on ${members[rank]?.host ?? 'an unknown host'}`;
}
