import type { Member } from '../engine/collective/ranks.ts';

/** The rank that a launcher says has ended the others. */
export interface Culprit {
  rank: number | null;
  host: string;
  pid: number | null;
  /** `was killed (signal 9)`. */
  how: string;
}

/**
 * Reads what launchers say when a rank dies: hydra (MPICH) names process and host, Open MPI rank and host. Null where
 * they say nothing of it.
 */
export function explainEnd(said: string, members: readonly Member[]): Culprit | null {
  return openMpi(said) ?? hydra(said, members);
}

function openMpi(said: string): Culprit | null {
  const text = said.replaceAll(/\s+/g, ' ');
  const found =
    /process rank (\d+) with PID (\d+) on node (\S+) (?:exited on signal (\d+)|exiting improperly)/.exec(
      text,
    );
  if (found === null) return null;
  const [, rank, pid, host = '', signal] = found;
  const how = signal === undefined ? 'ended without a word' : `was killed (signal ${signal})`;
  return { rank: Number(rank), host, pid: Number(pid) || null, how };
}

function hydra(said: string, members: readonly Member[]): Culprit | null {
  const found = /PID (\d+) RUNNING AT (\S+)/.exec(said);
  if (found === null) return null;
  const [, pid, host = ''] = found;
  const index = members.findIndex((one) => one.pid === Number(pid) && isHost(one.host, host));
  const signal = /\(signal (\d+)\)/.exec(said)?.[1];
  const code = /EXIT CODE: (\d+)/.exec(said)?.[1] ?? '?';
  const how =
    signal === undefined ? `ended with exit code ${code}` : `was killed (signal ${signal})`;
  return { rank: index === -1 ? null : index, host, pid: Number(pid), how };
}

/** Launchers may know a host by its address. */
function isHost(own: string, said: string): boolean {
  return own === said || /^[\d.:]+$/.test(said) || own.split('.')[0] === said.split('.')[0];
}
