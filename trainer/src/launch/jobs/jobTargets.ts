import path from 'node:path';
import { type Config, DeepCoderError } from '@deepcoder/config';
import { kubernetesJob, kubernetesTarget } from '../kubernetes/kubernetesTarget.ts';
import type { Environment } from '../runTool.ts';
import { slurmJob, slurmTarget } from '../slurm/slurmTarget.ts';
import { sshJob } from '../ssh/sshJob.ts';
import { sshTarget } from '../ssh/sshTarget.ts';
import type { Job, Launch } from './job.ts';
import type { JobTarget, NewJob, SubmittedJob } from './jobTarget.ts';

interface Submission extends NewJob {
  name: string;
  config: Config;
  /** Resolved, as the job trains with it. */
  configText: string;
}

interface World {
  env: Environment;
  programFolder: string;
}

/**
 * What takes a job, by the kind of its target.
 *
 * @throws DeepCoderError where it cannot go there
 */
export function jobTarget(job: Submission, launch: Launch, world: World): JobTarget {
  const { env, programFolder } = world;
  const program = [process.execPath, path.join(programFolder, 'dist', 'deepcoder.mjs')];
  if (launch.on === 'slurm') return slurmTarget(job, launch, { env, program });
  if (launch.on === 'ssh') return sshTarget(job, launch, { ...world, config: job.config });
  if (launch.on === 'kubernetes') return kubernetesTarget(job, launch, { env, ...job });
  throw noJob(launch.on);
}

/** What can be asked of a job, wherever it is. */
export function openJob(job: Job, env: Environment): SubmittedJob {
  const { on } = job.record.launch;
  if (on === 'slurm') return slurmJob(job, env);
  if (on === 'ssh') return sshJob(job, env);
  if (on === 'kubernetes') return kubernetesJob(job, env);
  throw noJob(on);
}

function noJob(on: string): DeepCoderError {
  return new DeepCoderError('launch/target', `target ${on}: takes no jobs`, { exitCode: 2 });
}
