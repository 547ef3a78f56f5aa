import { open } from 'node:fs/promises';
import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import type { FoundMpi } from '../../engine/collective/findMpi.ts';
import { findMpi } from '../../engine/collective/findMpi.ts';
import { type Environment, runTool, type ToolPlace } from '../runTool.ts';
import { type Job, writeJobFile } from '../jobs/job.ts';
import { noteStopping, readPart } from '../jobs/jobFiles.ts';
import type { JobTarget, NewJob, PartState, SubmittedJob } from '../jobs/jobTarget.ts';
import { refuseFolder, type SlurmLaunch, slurmScript } from './slurmScript.ts';
import { ended, queueStates } from './slurmStates.ts';

const CURE =
  'run this where the programs of SLURM are, mostly on a login node, or choose another place with --on';

/** A job of SLURM: the folder has to be on a disk that its machines share. */
export function slurmTarget(
  job: NewJob & { name: string },
  launch: SlurmLaunch,
  { env, program }: { env: Environment; program: readonly string[] },
): JobTarget {
  refuseFolder(job.cwd);
  const { id, name, folder, cwd } = job;
  const text = slurmScript({ id, name, launch, program, mpi: mpiOf(launch, env) });
  return {
    text: () => text,
    submit: async () => {
      await writeJobFile(folder, 'job.sh', text);
      const script = path.relative(cwd, path.join(folder, 'job.sh'));
      const { stdout } = await runTool(['sbatch', '--parsable', script], placeOf(cwd, env));
      return stdout.toString().trim().split(';')[0]!;
    },
  };
}

export function slurmJob({ cwd, folder, record }: Job, env: Environment): SubmittedJob {
  const place = placeOf(cwd, env);
  const { handle, parts } = record;
  const numbers = [...Array(parts).keys()];
  return {
    states: async () => {
      const queued = await queueStates(handle, place);
      return Promise.all(
        numbers.map(async (part): Promise<PartState> => {
          const files = await readPart(folder, part);
          const inQueue = queued.get(part);
          const isAgain = inQueue?.state === 'queued' && files.starts > 0;
          const stands =
            inQueue === undefined
              ? await ended({ handle, part: parts > 1 ? part : null, end: files.end }, place)
              : { ...inQueue, ...(isAgain ? { state: 'requeued' as const } : {}) };
          return { part, run: files.run, ...stands };
        }),
      );
    },
    readLog: (part, from) => readFrom(path.join(folder, `log-${part}.txt`), from),
    stop: async ({ now }) => {
      await noteStopping(folder);
      if (!now) {
        // Running ranks write a checkpoint and end; without one they would be gone before it is whole.
        await runTool(['scancel', '--state=PENDING', handle], place);
        await runTool(['scancel', '--signal=USR1', handle], place, { allowed: [0, 1] });
        return;
      }
      await runTool(['scancel', handle], place);
    },
    // They lie on a disk that is this machine's too.
    fetch: () => Promise.resolve(),
  };
}

function placeOf(cwd: string, env: Environment): ToolPlace {
  return { cwd, env, what: 'slurm', cure: CURE };
}

/** @throws DeepCoderError where it cannot be told how srun is to connect the ranks */
function mpiOf(launch: SlurmLaunch, env: Environment) {
  if (launch.nodes * launch.ranksPerNode === 1) return null;
  const found = findMpi(env)[0];
  const plugin = launch.mpi ?? (found && pluginOf(found));
  if (plugin === undefined) {
    throw new DeepCoderError(
      'mpi-missing',
      'slurm: several ranks need MPI, and none is found here; run deepcoder setup mpi, load its module, or set launch.mpi and DEEPCODER_MPI_LIBRARY to those of the nodes',
      { exitCode: 2 },
    );
  }
  // What is in a container or belongs to another program is not this machine's.
  const isOwn = launch.container === null && found !== undefined && pluginOf(found) === plugin;
  return { plugin, library: isOwn ? found.library : (env['DEEPCODER_MPI_LIBRARY'] ?? null) };
}

function pluginOf({ library }: FoundMpi): 'pmi2' | 'pmix' {
  return path.basename(library).startsWith('libmpi.so.40') ? 'pmix' : 'pmi2';
}

/** Nothing where there is no such file yet. */
async function readFrom(file: string, from: number): Promise<Buffer> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return Buffer.alloc(0);
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.max(0, Math.min(size - from, MOST_AT_ONCE)));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

const MOST_AT_ONCE = 1 << 20;
