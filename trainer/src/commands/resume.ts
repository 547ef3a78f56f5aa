import { Command } from 'commander';
import { DeepCoderError } from '@deepcoder/config';
import { readTrainerState } from '../checkpoint/trainerState.ts';
import { isLive, readRun } from '@deepcoder/trainer-protocol/node';
import { clearLeftovers } from '../run/checkpointFolders.ts';
import { readMakings, unknownMakings } from '../run/readMakings.ts';
import { readTrainingConfig } from '../run/trainingConfig.ts';
import type { ResumeRequest } from '../recipes/trainRequest.ts';
import type { LoopState } from '../training/loopState.ts';
import { writeReport } from '../report/writeReport.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { findRun, startFolder } from './findRun.ts';
import { configOfRun } from './loadRunConfig.ts';
import { asRanks } from './asRanks.ts';
import { launchRanks } from './launchRanks.ts';
import { dirOption, fromOption, jsonOption, type RanksOptions, ranksOptions } from './options.ts';
import {
  resumableCheckpoint,
  type ResumableCheckpoint,
  type ResumeFrom,
} from './resumableCheckpoint.ts';
import { runTraining } from './training.ts';

interface ResumeOptions extends RanksOptions {
  from: ResumeFrom;
  acceptChanges?: boolean;
  dir: string;
  json?: boolean;
}

export function resumeCommand(cli: Cli): Command {
  const command = new Command('resume')
    .summary('go on with a run from its newest checkpoint')
    .description(
      'Goes on with a run that was stopped or has crashed, from its newest checkpoint, with the numbers ' +
        'that it would have had without the interruption. Refuses where config, data or program have ' +
        'changed since. A damaged checkpoint is passed over for the newest whole one. The number of ranks may be ' +
        'another one than before. If the run has finished, only its report is written again.',
    )
    .argument('<run>', "a run's folder, its name, or latest")
    .addOption(fromOption())
    .option('--accept-changes', 'go on although something has changed')
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'resume latest',
        'resume runs/react-qwen-20300314-092600',
        'resume latest --from 500',
      ),
    )
    .action(async (name: string, options: ResumeOptions) => {
      const { from, acceptChanges = false, dir, json = false } = options;
      const folder = await findRun(name, { cwd: cli.cwd, dir });
      const { ranks = 1, maxRestarts = 0, hosts } = options;
      if (ranks > 1 && !(await isFinished(folder))) {
        const args = ['resume', folder, '--from', String(from)];
        if (acceptChanges) args.push('--accept-changes');
        if (json) args.push('--json');
        await launchRanks(cli, args, { ranks, hosts: hosts?.split(',') ?? [], maxRestarts, json });
        return;
      }
      await asRanks(cli, async (own, session) => {
        if (await isFinished(folder)) {
          if ((session?.ranks.collective.rank ?? 0) === 0) await reportOnly(own, folder, json);
          return;
        }
        // Before all else: a run that was killed as it began has no config yet, and nothing to go on with.
        const found = await resumableCheckpoint(folder, from);
        const loaded = await configOfRun(folder, { env: own.env });
        const resume = await resumeRequest(own, { folder, found, acceptChanges });
        const cwd = startFolder(folder, loaded.config) ?? own.cwd;
        await runTraining({ ...own, cwd }, loaded, { json, resume, session });
      });
    });
  for (const option of ranksOptions()) command.addOption(option);
  return command;
}

/** @throws DeepCoderError where a process is working on the run */
async function isFinished(folder: string): Promise<boolean> {
  const summary = await readRun(folder);
  if (!('run' in summary)) return false;
  const { status, run } = summary;
  if (isLive(status)) {
    const message = `run ${folder}: process ${run.pid} is working on it (${status}); stop it first`;
    throw new DeepCoderError('run/live', message, { exitCode: 3 });
  }
  return status === 'finished';
}

/** All that a finished run can still lack, where it was killed as it ended. */
async function reportOnly(cli: Cli, run: string, json: boolean): Promise<void> {
  await clearLeftovers(run);
  const report = await writeReport(run);
  if (json) printJson(cli, { run, report });
  else print(cli, `the run is finished; its report was written anew\nreport  ${report}`);
}

async function resumeRequest(
  { env }: Cli,
  {
    folder,
    found,
    acceptChanges,
  }: { folder: string; found: ResumableCheckpoint; acceptChanges: boolean },
): Promise<ResumeRequest> {
  const { checkpoint, damaged } = found;
  // What the checkpoint was trained with: the run's config may have been edited since.
  const config = await readTrainingConfig(checkpoint, env);
  const isUnknown = acceptChanges && 'problem' in (await readRun(folder));
  const makings = isUnknown ? unknownMakings(config) : await readMakings(folder, env);
  const { json } = await readTrainerState(checkpoint);
  const { step, tokensSeen } = json as unknown as LoopState;
  return {
    folder,
    // The run's owner puts a checkpoint that was being replaced back under its own name.
    checkpoint: checkpoint.replace(/\.previous$/, ''),
    step,
    tokensSeen,
    damaged,
    makings: { ...makings, config },
    acceptChanges,
  };
}
