import path from 'node:path';
import { dealFor } from '../data/deal.ts';
import { JOBS, type Job, jobId, type Launch, writeJob, writeJobFile } from '../launch/jobs/job.ts';
import { jobTarget } from '../launch/jobs/jobTargets.ts';
import { splitHost } from '../launch/splitHost.ts';
import type { ChosenTarget } from '../launch/targets.ts';
import { type Cli, print, printJson } from './cli.ts';
import { type ConfigRequest, loadRunConfig } from './loadRunConfig.ts';

export interface SubmitOptions {
  target: ChosenTarget;
  /** Says what would be given to the target, and gives nothing. */
  dryRun: boolean;
  json: boolean;
}

/** Gives a training to a cluster or another machine, where it goes on without this program. */
export async function submitJob(
  cli: Cli,
  request: ConfigRequest,
  { target, dryRun, json }: SubmitOptions,
): Promise<void> {
  const { config, text } = await loadRunConfig(request);
  const { launch } = target;
  dealFor({ rank: 0, ranks: ranksOf(launch) }, config.train);
  const now = new Date(cli.now());
  const id = jobId(config.run.name, now);
  const folder = path.join(cli.cwd, JOBS, id);
  const place = jobTarget(
    {
      id,
      folder,
      cwd: cli.cwd,
      dir: config.run.dir,
      name: config.run.name,
      config,
      configText: text,
    },
    launch,
    cli,
  );
  if (dryRun) {
    if (json) printJson(cli, { target: target.name, text: place.text() });
    else cli.stdout.write(place.text());
    return;
  }
  const say = (line: string): void => {
    if (!json) print(cli, line);
  };
  // As it is now: what is edited while the job waits is for the next one.
  await writeJobFile(folder, 'config.yaml', text);
  const handle = await place.submit(say);
  const job: Job = {
    ...{ id, folder, cwd: cli.cwd },
    record: {
      ...{ version: 1, name: config.run.name, config: request.path, since: now.toISOString() },
      ...{ target: target.name, launch: target.yaml, handle, dir: config.run.dir },
      parts: launch.on === 'slurm' ? Math.max(1, launch.seeds.length) : 1,
    },
  };
  await writeJob(job);
  if (json) printJson(cli, { event: 'job', id, target: target.name, on: launch.on, handle });
  else {
    print(
      cli,
      `job ${id} on ${target.name} (${handle})`,
      `follow it:  deepcoder jobs follow ${id}`,
      `stop it:    deepcoder jobs stop ${id}`,
    );
  }
}

/** Ranks of all machines together. */
function ranksOf(launch: Launch): number {
  switch (launch.on) {
    case 'local':
      return launch.ranks;
    case 'ssh':
      return launch.hosts.reduce((sum, host) => sum + splitHost(host).ranks, 0);
    default:
      return launch.nodes * launch.ranksPerNode;
  }
}
