import { Command } from 'commander';
import { type Cli, examples } from './cli.ts';
import { loadForRun } from './loadForRun.ts';
import { envOption, jsonOption, setOption } from './options.ts';
import { runTraining } from './training.ts';

interface TrainOptions {
  set: string[];
  env?: string;
  json?: boolean;
}

export function trainCommand(cli: Cli): Command {
  return new Command('train')
    .summary('train a student')
    .description(
      'Trains a student on trajectories as a config says: from data to checkpoints and a report. ' +
        'Ctrl-C writes a checkpoint and ends; a second one ends at once.',
    )
    .argument('<config>', 'a YAML file, or a preset: quickstart, fast, research, production')
    .addOption(setOption())
    .addOption(envOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'train my-config.yaml',
        'train my-config.yaml --set train.steps=100 loss.kd=0.5 --env gpu',
      ),
    )
    .action(async (config: string, options: TrainOptions) => {
      const { set, env: environment, json = false } = options;
      const loaded = await loadForRun(cli, { path: config, set, environment, env: cli.env });
      await runTraining(cli, loaded, { json });
    });
}

export function quickstartCommand(cli: Cli): Command {
  return new Command('quickstart')
    .summary('train the built-in example')
    .description(
      'Trains a small student on household games in a few minutes and lets it play. ' +
        'The same as: train quickstart',
    )
    .addOption(setOption())
    .addOption(envOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('quickstart', 'quickstart --set train.steps=200'))
    .action(async ({ set, env: environment, json = false }: TrainOptions) => {
      const request = { path: 'quickstart', set, environment, env: cli.env };
      const loaded = await loadForRun(cli, request);
      await runTraining(cli, loaded, { json });
    });
}
