import { existsSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import { findMpi, libraryBeside } from './findMpi.ts';
import { openMpi } from './mpiCollective.ts';
import { openMpiLibrary } from './mpiLibrary.ts';
import { gpuNumbers, ownGpu } from './ownGpu.ts';
import type { RankEnvironment } from './rankEnvironment.ts';
import type { Member, Ranks } from './ranks.ts';
import { textsOf } from './together.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Joins the ranks that a launcher has started.
 *
 * @throws DeepCoderError where no MPI library is found, or it sees other ranks than were started
 */
export async function openRanks(env: Environment, started: RankEnvironment): Promise<Ranks> {
  const library = await openMpiLibrary(libraryFor(env, started));
  const collective = openMpi(library, started.ranks);
  const own: Member = { host: hostname(), pid: process.pid };
  const members = (await textsOf(collective, JSON.stringify(own))).map(
    (text) => JSON.parse(text) as Member,
  );
  const beside = [...members.keys()].filter((rank) => members[rank]!.host === own.host);
  const local = { rank: beside.indexOf(collective.rank), size: beside.length };
  const shown = env['CUDA_VISIBLE_DEVICES'];
  const gpu = ownGpu(local, { shown, devices: gpuNumbers() });
  // CUDA reads it when it is loaded, which comes later.
  if (gpu !== null) process.env['CUDA_VISIBLE_DEVICES'] = gpu;
  return { collective, members, local };
}

/** The library has to be that of the launcher, which is this process's parent or stands on the PATH. */
function libraryFor(env: Environment, { launcher }: RankEnvironment): string {
  const named = env['DEEPCODER_MPI_LIBRARY'];
  if (named !== undefined && named !== '') return named;
  const parent = libraryOfParent();
  if (parent !== null) return parent;
  const isOpenMpi = (file: string): boolean => path.basename(file).startsWith('libmpi.so.40');
  const found = findMpi(env).find(
    ({ library }) => launcher === 'srun' || isOpenMpi(library) === launcher.includes('Open MPI'),
  );
  if (found !== undefined) return found.library;
  throw new DeepCoderError(
    'mpi-missing',
    `ranks: started by ${launcher}, and its library is not found; set DEEPCODER_MPI_LIBRARY to its libmpi.so, or start them with deepcoder train CONFIG --ranks N`,
    { exitCode: 2 },
  );
}

function libraryOfParent(): string | null {
  try {
    const parent = readlinkSync(`/proc/${process.ppid}/exe`);
    return existsSync(parent) && /hydra|prte|orte/.test(parent) ? libraryBeside(parent) : null;
  } catch {
    return null;
  }
}
