import { Command } from 'commander';
import { DeepCoderError } from '@deepcoder/config';
import { readTrainerState } from '../checkpoint/trainerState.ts';
import { checkpointFolder, listCheckpoints } from '../run/checkpointFolders.ts';
import { isLive, readRun } from '@deepcoder/trainer-protocol/node';
import { readMakings } from '../run/readMakings.ts';
import { readTrainingConfig } from '../run/trainingConfig.ts';
import type { ResumeRequest } from '../recipes/train.ts';
import { type Cli, examples } from './cli.ts';
import { findCheckpoint, findRun, startFolder } from './findRun.ts';
import { configOfRun } from './loadRunConfig.ts';
import { dirOption, jsonOption } from './options.ts';
import { runTraining } from './training.ts';

interface ResumeOptions {
  acceptChanges?: boolean;
  dir: string;
  json?: boolean;
}

export function resumeCommand(cli: Cli): Command {
  return new Command('resume')
    .summary('go on with a run from its newest checkpoint')
    .description(
      'Goes on with a run that was stopped or has crashed, from its newest checkpoint, with the numbers ' +
        'that it would have had without the interruption. Refuses where config, data or program have ' +
        'changed since.',
    )
    .argument('<run>', "a run's folder, its name, or latest")
    .option('--accept-changes', 'go on although something has changed')
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('resume latest', 'resume runs/react-qwen-20300314-092600'))
    .action(async (name: string, { acceptChanges = false, dir, json = false }: ResumeOptions) => {
      const folder = await findRun(name, { cwd: cli.cwd, dir });
      await refuseEnded(folder);
      const loaded = await configOfRun(folder, { env: cli.env });
      const resume = await resumeRequest(cli, folder, acceptChanges);
      const from = startFolder(folder, loaded.config) ?? cli.cwd;
      await runTraining({ ...cli, cwd: from }, loaded, { json, resume });
    });
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
  const message = `run ${folder}: is finished (step ${run.progress.step}), there is nothing to go on with; start another with deepcoder train`;
  throw new DeepCoderError('run/finished', message, { exitCode: 3 });
}

async function resumeRequest(
  { env }: Cli,
  folder: string,
  acceptChanges: boolean,
): Promise<ResumeRequest> {
  const step = (await listCheckpoints(folder)).at(-1);
  const checkpoint = step === undefined ? null : checkpointFolder(folder, step);
  if (step === undefined || checkpoint === null) {
    // Says that there is none.
    await findCheckpoint(folder, 'latest');
    throw new Error('unreachable');
  }
  const makings = await readMakings(folder, env);
  const { json } = await readTrainerState(checkpoint);
  return {
    folder,
    step,
    tokensSeen: json['tokensSeen'] as number,
    // What the checkpoint was trained with: the run's config may have been edited since.
    makings: { ...makings, config: await readTrainingConfig(checkpoint, env) },
    acceptChanges,
  };
}
