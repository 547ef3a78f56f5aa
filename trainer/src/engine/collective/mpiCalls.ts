import { hostname } from 'node:os';
import { DeepCoderError } from '@deepcoder/config';
import type { MpiFunction, MpiLibrary } from './mpiLibrary.ts';

type Rest =
  Parameters<MpiLibrary['call']> extends [unknown, ...infer Arguments] ? Arguments : never;

/** MPI's functions as one rank calls them: a code other than 0 is thrown, with the rank and its host. */
export interface MpiCalls {
  library: MpiLibrary;
  rank: number;
  size: number;
  now: (name: MpiFunction, ...args: Rest) => void;
  /** Runs on a separate thread. */
  later: (name: MpiFunction, ...args: Rest) => Promise<void>;
}

/** Exit code of a rank that lost another one. Config and data are fine, so the run can be restarted. */
export const RANK_LOST = 5;

export function mpiCalls(library: MpiLibrary): MpiCalls {
  const numberOf = (name: 'MPI_Comm_rank' | 'MPI_Comm_size'): number => {
    const cell = new Int32Array(1);
    library.call(name, library.handles.world, cell);
    return cell[0]!;
  };
  const [rank, size] = [numberOf('MPI_Comm_rank'), numberOf('MPI_Comm_size')];
  const check = (name: MpiFunction, code: number): void => {
    if (code === 0) return;
    throw new DeepCoderError(
      'rank-failed',
      `rank ${rank} on ${hostname()}: ${name} failed: ${library.errorText(code)}`,
      { exitCode: RANK_LOST },
    );
  };
  return {
    library,
    rank,
    size,
    now: (name, ...args) => check(name, library.call(name, ...args)),
    later: async (name, ...args) => check(name, await library.callAsync(name, ...args)),
  };
}
