import { setTimeout } from 'node:timers/promises';
import { DeepCoderError } from '@deepcoder/config';
import { Command, Option } from 'commander';
import { lastLines } from '../disk/logEnd.ts';
import { findJob, type Job, listJobs } from '../launch/jobs/job.ts';
import { isOver, type PartState } from '../launch/jobs/jobTarget.ts';
import { openJob } from '../launch/jobs/jobTargets.ts';
import { targetsFile, userTargets } from '../launch/targets.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { jsonOption, wholeNumber } from './options.ts';
import { textTable } from './textTable.ts';

/** `deepcoder jobs`. */
export function jobsCommand(cli: Cli): Command {
  return new Command('jobs')
    .summary('list, follow and stop what was started on clusters')
    .description(
      'Trainings that were given to SLURM, to Kubernetes or to another machine by deepcoder train CONFIG --on TARGET, from this folder: where they are, and how they stand there.',
    )
    .addHelpText('after', examples('jobs', 'jobs follow latest', 'jobs stop latest'))
    .addCommand(listCommand(cli), { isDefault: true })
    .addCommand(followCommand(cli))
    .addCommand(logsCommand(cli))
    .addCommand(stopCommand(cli))
    .addCommand(targetsCommand(cli));
}

function listCommand(cli: Cli): Command {
  return new Command('list')
    .summary('list the jobs; so does deepcoder jobs alone')
    .description('Lists the jobs that were started from this folder, and how each of them stands.')
    .addOption(jsonOption())
    .addHelpText('after', examples('jobs list', 'jobs --json'))
    .action(({ json = false }: { json?: boolean }) => list(cli, json));
}

async function list(cli: Cli, json: boolean): Promise<void> {
  const jobs = await listJobs(cli.cwd);
  const all = await Promise.all(
    jobs.map(async (job) => ({ job, parts: await statesOrWhyNot(cli, job) })),
  );
  if (json) printJson(cli, all.map(jsonOf));
  else if (all.length === 0) print(cli, NONE);
  else {
    const rows = all.flatMap(({ job, parts }) => parts.map((part) => rowOf(job, part)));
    print(cli, textTable([HEADER, ...rows]));
  }
}

const NONE =
  'no job was started from this folder; start one with deepcoder train CONFIG --on TARGET';
const HEADER = ['job', 'part', 'target', 'handle', 'state', 'run'];

function rowOf({ id, record }: Job, { part, state, reason, run }: PartState): string[] {
  const stands = reason === '' ? state : `${state} (${reason})`;
  return [id, String(part), record.target, record.handle, stands, run ?? ''];
}

function jsonOf({ job, parts }: { job: Job; parts: PartState[] }): object {
  const { id, record } = job;
  const { name, config, since, target, launch, handle } = record;
  return { id, name, config, since, target, on: launch.on, handle, parts };
}

/** One cluster that does not answer hides no other. */
async function statesOrWhyNot(cli: Cli, job: Job): Promise<PartState[]> {
  try {
    return await openJob(job, cli.env).states();
  } catch (error) {
    if (!(error instanceof DeepCoderError)) throw error;
    return [{ part: 0, state: 'unknown', reason: error.message, run: null }];
  }
}

const jobArgument = 'as deepcoder jobs lists it, the name of its run, or latest';

const partOption = (): Option =>
  new Option('--part <n>', 'of a job with several seeds: which of its runs')
    .default(0)
    .argParser(wholeNumber(0));

function followCommand(cli: Cli): Command {
  return new Command('follow')
    .summary('watch a job until it ends')
    .description(
      'Shows how a job stands and what it prints until it ends, and brings the metrics of a run on another machine into the folder of runs here. Ctrl-C ends the watching, not the job. The exit code is 0 where the run has finished or was stopped.',
    )
    .argument('<job>', jobArgument)
    .addOption(partOption())
    .addHelpText('after', examples('jobs follow latest'))
    .action(async (name: string, { part }: { part: number }) => {
      const job = await findJob(cli.cwd, name);
      const { signal } = cli.interrupt(() => undefined);
      const last = await follow(cli, job, { part, signal });
      if (last !== null && (last.state === 'failed' || last.state === 'unknown')) {
        throw new DeepCoderError('job-failed', `job ${job.id}: ${last.state} (${last.reason})`, {
          exitCode: 5,
        });
      }
    });
}

const LOOK_EVERY_MS = 2000;

/** The state at the end; null where the user has ended the watching. */
async function follow(
  cli: Cli,
  job: Job,
  { part, signal }: { part: number; signal: AbortSignal },
): Promise<PartState | null> {
  const open = openJob(job, cli.env);
  let told = '';
  let at = 0;
  while (!signal.aborted) {
    const parts = await open.states();
    const own = partOf(job, parts, part);
    const stands = own.reason === '' ? own.state : `${own.state} (${own.reason})`;
    if (stands !== told) print(cli, `${job.id}: ${stands}`);
    told = stands;
    await open.fetch();
    // A job that goes on printing must not keep its state and its metrics waiting; at the end, all is read.
    for (let isMore = true; isMore;) {
      const more = await open.readLog(part, at);
      at += more.length;
      cli.stdout.write(more.toString());
      isMore = more.length > 0 && isOver(own);
    }
    if (isOver(own)) return own;
    await setTimeout(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

function partOf({ id }: Job, parts: readonly PartState[], part: number): PartState {
  const found = parts.find((one) => one.part === part);
  if (found !== undefined) return found;
  throw new DeepCoderError('job-unknown', `job ${id}: has no part ${part}`, { exitCode: 3 });
}

function logsCommand(cli: Cli): Command {
  return new Command('logs')
    .summary('show what a job has printed')
    .description('Shows the end of what a job has printed; deepcoder jobs follow goes on with it.')
    .argument('<job>', jobArgument)
    .addOption(partOption())
    .addOption(
      new Option('-n, --lines <n>', 'lines of the end').default(50).argParser(wholeNumber(1)),
    )
    .addHelpText('after', examples('jobs logs latest'))
    .action(async (name: string, { part, lines }: { part: number; lines: number }) => {
      const open = openJob(await findJob(cli.cwd, name), cli.env);
      let text = Buffer.alloc(0);
      for (let at = 0; ;) {
        const more = await open.readLog(part, at);
        if (more.length === 0) break;
        at += more.length;
        text = Buffer.concat([text, more]).subarray(-KEPT_BYTES);
      }
      print(cli, lastLines(text.toString(), lines));
    });
}

/** Of a log's end. */
const KEPT_BYTES = 1 << 20;

function stopCommand(cli: Cli): Command {
  return new Command('stop')
    .summary('end a job, with a checkpoint')
    .description(
      'Takes a job that waits out of the queue, and asks one that runs to write a checkpoint and to end. It is not queued again; deepcoder resume goes on with its run.',
    )
    .argument('<job>', jobArgument)
    .option('--now', 'end it at once, without a checkpoint')
    .addOption(jsonOption())
    .addHelpText('after', examples('jobs stop latest'))
    .action(
      async (name: string, { now = false, json = false }: { now?: boolean; json?: boolean }) => {
        const job = await findJob(cli.cwd, name);
        await openJob(job, cli.env).stop({ now });
        if (json) printJson(cli, { id: job.id, now });
        else print(cli, `${job.id}: ${now ? 'is ended' : 'was asked to end'}`);
      },
    );
}

function targetsCommand(cli: Cli): Command {
  return new Command('targets')
    .summary('list where a training can be started')
    .description(
      'Lists your own named targets, from a file of yours (DEEPCODER_TARGETS names another one).',
    )
    .addOption(jsonOption())
    .addHelpText('after', examples('jobs targets'))
    .action(async ({ json = false }: { json?: boolean }) => {
      const file = targetsFile(cli.env);
      const { targets, problems } = await userTargets(cli.env);
      if (json) {
        const named = Object.entries(targets).map(([name, { on }]) => ({ name, on }));
        printJson(cli, { file, targets: named, problems });
        return;
      }
      const rows = Object.entries(targets).map(([name, { on }]) => [name, on]);
      if (rows.length > 0) print(cli, textTable([['target', 'on'], ...rows]));
      else print(cli, `there is no target in ${file}`);
      for (const problem of problems) print(cli, `problem: ${problem}`);
    });
}
