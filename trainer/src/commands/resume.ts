import { Command } from 'commander';
import { DeepCoderError } from '@deepcoder/config';
import { readTrainerState } from '../checkpoint/trainerState.ts';
import { isLive, readRun } from '@deepcoder/trainer-protocol/node';
import { readMakings } from '../run/readMakings.ts';
import { readTrainingConfig } from '../run/trainingConfig.ts';
import type { ResumeRequest } from '../recipes/trainRequest.ts';
import type { LoopState } from '../training/loopState.ts';
import { type Cli, examples } from './cli.ts';
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
        'another one than before.',
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
      if (options.ranks > 1) {
        await refuseEnded(folder);
        const args = ['resume', folder, '--from', String(from)];
        if (acceptChanges) args.push('--accept-changes');
        if (json) args.push('--json');
        const { ranks, maxRestarts, hosts } = options;
        await launchRanks(cli, args, { ranks, hosts: hosts?.split(',') ?? [], maxRestarts, json });
        return;
      }
      await asRanks(cli, async (own, session) => {
        await refuseEnded(folder);
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

async function refuseEnded(folder: string): Promise<void> {
  const summary = await readRun(folder);
  if (!('run' in summary)) return;
  const { status, run } = summary;
  if (isLive(status)) {
    const message = `run ${folder}: process ${run.pid} is working on it (${status}); stop it first`;
    throw new DeepCoderError('run/live', message, { exitCode: 3 });
  }
  if (status !== 'finished') return;
  const message = `run ${folder}: is finished (step ${run.progress.step}), there is nothing to go on with; start another with deepcoder train, or write its report anew with deepcoder report`;
  throw new DeepCoderError('run/finished', message, { exitCode: 3 });
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
  const makings = await readMakings(folder, env);
  const { json } = await readTrainerState(checkpoint);
  const { step, tokensSeen } = json as unknown as LoopState;
  return {
    folder,
    // The run's owner puts a checkpoint that was being replaced back under its own name.
    checkpoint: checkpoint.replace(/\.previous$/, ''),
    step,
    tokensSeen,
    damaged,
    // What the checkpoint was trained with: the run's config may have been edited since.
    makings: { ...makings, config: await readTrainingConfig(checkpoint, env) },
    acceptChanges,
  };
}
