import { existsSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../disk/cacheFolder.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** An MPI on this machine: its launcher and its library, which have to be of one kind. */
export interface FoundMpi {
  mpirun: string;
  library: string;
  /** Where it was found, for people: `PATH`, `deepcoder setup mpi`. */
  place: string;
}

/** Library files, best first: the standard ABI, then those of MPICH, Debian's MPICH and Open MPI. */
const FILES = ['libmpi_abi.so.1', 'libmpi.so.12', 'libmpich.so.12', 'libmpi.so.40'];
const ABSENT = 'mpirun';

export function mpiFolder(cache = cacheFolder()): string {
  return path.join(cache, 'mpi', `${process.platform}-${process.arch}`);
}

/**
 * The MPIs that can be had, first those of the environment (`DEEPCODER_MPIRUN`, `PATH`), which a cluster's
 * administrators chose, then what `deepcoder setup mpi` brought.
 */
export function findMpi(env: Environment, cache?: string): FoundMpi[] {
  const named = env['DEEPCODER_MPIRUN'] ?? '';
  const launchers = [
    ...(named === '' ? [] : [{ mpirun: named, place: 'DEEPCODER_MPIRUN' }]),
    ...(env['PATH'] ?? '')
      .split(path.delimiter)
      .map((folder) => ({ mpirun: path.join(folder, ABSENT), place: 'PATH' })),
    ...setUp(mpiFolder(cache)).map((folder) => ({
      mpirun: path.join(folder, 'bin', ABSENT),
      place: 'deepcoder setup mpi',
    })),
  ];
  const found = new Map<string, FoundMpi>();
  for (const { mpirun, place } of launchers) {
    if (!existsSync(mpirun)) continue;
    const library = env['DEEPCODER_MPI_LIBRARY'] ?? libraryBeside(mpirun);
    if (library === null) continue;
    const real = realpathSync(mpirun);
    if (!found.has(real)) found.set(real, { mpirun, library, place });
  }
  return [...found.values()];
}

function setUp(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).sort();
  // MPICH starts faster, and has the standard ABI.
  return [
    ...names.filter((name) => name.startsWith('mpich')),
    ...names.filter((name) => !name.startsWith('mpich')),
  ].map((name) => path.join(folder, name));
}

/**
 * The library of a launcher: in the `lib` beside its `bin`, or where Debian keeps those of the same name.
 */
export function libraryBeside(mpirun: string): string | null {
  const real = realpathSync(mpirun);
  const root = path.dirname(path.dirname(real));
  const folders = [
    path.join(root, 'lib'),
    path.join(root, 'lib64'),
    path.join(root, 'lib', `${MACHINE[process.arch] ?? process.arch}-linux-gnu`),
  ];
  const isOpenMpi = /openmpi|prte|orte/.test(real);
  const files = isOpenMpi ? [...FILES].reverse() : FILES;
  for (const file of files) {
    const place = folders.map((folder) => path.join(folder, file)).find((name) => existsSync(name));
    if (place !== undefined) return place;
  }
  return null;
}

const MACHINE: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };
