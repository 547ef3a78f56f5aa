import { DeepCoderError } from '@deepcoder/config';
import { jobPath, type Launch } from '../jobs/job.ts';
import { shellWord } from '../shellWord.ts';
import { SHOULD_GO_ON, workLines } from '../jobs/workScript.ts';

export type SlurmLaunch = Extract<Launch, { on: 'slurm' }>;

export interface SlurmScript {
  id: string;
  /** Name of the run. */
  name: string;
  launch: SlurmLaunch;
  /** This program, with what runs it. */
  program: readonly string[];
  /** Library of the ranks; null where there is one rank only, or the nodes have their own. */
  mpi: { library: string | null; plugin: 'pmi2' | 'pmix' } | null;
}

/** The batch script of a job; it is submitted from the folder that the config's paths start from. */
export function slurmScript({ id, name, launch, program, mpi }: SlurmScript): string {
  const { ranksPerNode, seeds, setup, requeue } = launch;
  const step = ['srun', '--kill-on-bad-exit=1', ...(mpi === null ? [] : [`--mpi=${mpi.plugin}`])];
  // srun does not take this over from the job since SLURM 22.05.
  if (launch.cpusPerRank !== null) step.push(`--cpus-per-task=${launch.cpusPerRank}`);
  const work = workLines({
    id,
    part: '${SLURM_ARRAY_TASK_ID:-0}',
    command: [...step, ...inContainer(launch, program)],
    settings: seeds.map((seed) => [`run.seed=${seed}`, `run.name=${nameOfSeed(name, seed)}`]),
    setup,
  });
  const exported = mpi?.library == null ? [] : [`DEEPCODER_MPI_LIBRARY=${mpi.library}`];
  return [
    '#!/bin/bash',
    ...directives({ id, launch }).map((one) => `#SBATCH ${one}`),
    '',
    ...(launch.nodes * ranksPerNode === 1 ? [] : environmentLines(exported)),
    ...work,
    ...(requeue ? [`if ${SHOULD_GO_ON}; then exec scontrol requeue "$SLURM_JOB_ID"; fi`] : []),
    'exit "$code"',
    '',
  ].join('\n');
}

/** Calls of MPI that are blocked sit on libuv's threads, of which there are 4. */
function environmentLines(library: readonly string[]): string[] {
  return ['UV_THREADPOOL_SIZE=12', ...library].map((one) => {
    const at = one.indexOf('=');
    return `export ${one.slice(0, at)}=${shellWord(one.slice(at + 1))}`;
  });
}

function directives({ id, launch }: Pick<SlurmScript, 'id' | 'launch'>): string[] {
  const { partition, account, nodes, ranksPerNode, gpusPerRank, cpusPerRank } = launch;
  const { memory, time, options, seeds, checkpointBefore, requeue } = launch;
  const isArray = seeds.length > 0;
  return [
    directive('job-name', id),
    // Relative: a path in a script's head cannot hold all that a path can.
    directive('output', `${jobPath(id)}/log-${isArray ? '%a' : '0'}.txt`),
    '--open-mode=append',
    ...(partition === null ? [] : [directive('partition', partition)]),
    ...(account === null ? [] : [directive('account', account)]),
    `--nodes=${nodes}`,
    `--ntasks=${nodes * ranksPerNode}`,
    `--ntasks-per-node=${ranksPerNode}`,
    ...(gpusPerRank === 0 ? [] : [`--gpus-per-task=${gpusPerRank}`]),
    ...(cpusPerRank === null ? [] : [`--cpus-per-task=${cpusPerRank}`]),
    ...(memory === null ? [] : [`--mem=${memory}`]),
    ...(time === null ? [] : [`--time=${time}`]),
    `--signal=USR1@${checkpointBefore}`,
    requeue ? '--requeue' : '--no-requeue',
    ...(isArray ? [`--array=0-${seeds.length - 1}`] : []),
    ...options.map(slurmWord),
  ];
}

function directive(name: string, value: string): string {
  return `--${name}=${slurmWord(value)}`;
}

/** A word in the head of a batch script, which SLURM reads by rules of its own. */
export function slurmWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `"${word.replaceAll(/["\\]/g, '\\$&')}"`;
}

function inContainer(
  { container, gpusPerRank, program }: SlurmLaunch,
  own: readonly string[],
): readonly string[] {
  if (container === null) return program ?? own;
  const gpu = gpusPerRank === 0 ? [] : ['--nv'];
  return ['apptainer', 'exec', ...gpu, container, ...(program ?? ['deepcoder'])];
}

/** The name of a run with one of several seeds; names have an end. */
function nameOfSeed(name: string, seed: number): string {
  const end = `-${seed}`;
  return `${name.slice(0, 64 - end.length)}${end}`;
}

/**
 * @throws DeepCoderError where SLURM could not write the job's log, since it reads these characters of a folder's path
 *   as marks
 */
export function refuseFolder(cwd: string): void {
  if (!/[%\\]/.test(cwd)) return;
  throw new DeepCoderError(
    'launch/folder',
    `slurm: SLURM cannot write into ${cwd}, since it reads % and \\ in paths as marks; submit from a folder without them`,
    { exitCode: 2 },
  );
}
