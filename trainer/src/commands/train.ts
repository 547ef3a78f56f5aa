import { Command } from 'commander';
import { type Cli, examples } from './cli.ts';
import { loadForRun } from './loadForRun.ts';
import { asRanks } from './asRanks.ts';
import { launchRanks } from './launchRanks.ts';
import { envOption, jsonOption, type RanksOptions, ranksOptions, setOption } from './options.ts';
import { runTraining } from './training.ts';

interface TrainOptions {
  set: string[];
  env?: string;
  json?: boolean;
}

export function trainCommand(cli: Cli): Command {
  const command = new Command('train')
    .summary('train a student')
    .description(
      'Trains a student on trajectories as a config says: from data to checkpoints and a report. ' +
        'Ctrl-C writes a checkpoint and ends; a second one ends at once. With --ranks, or under mpirun or srun, ' +
        'several processes train one student, with the numbers that one would have.',
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
        'train my-config.yaml --ranks 4',
        'train my-config.yaml --ranks 16 --hosts node1:8,node2:8 --max-restarts 3',
      ),
    )
    .action(async (config: string, options: TrainOptions & RanksOptions) => {
      const { set, env: environment, json = false, ranks, maxRestarts, hosts } = options;
      const request = { path: config, set, environment, env: cli.env };
      if (ranks > 1) {
        // What is wrong with the config is said once, before anything starts.
        await loadForRun(cli, request);
        const args = ['train', config, ...(set.length > 0 ? ['--set', ...set] : [])];
        if (environment !== undefined) args.push('--env', environment);
        if (json) args.push('--json');
        await launchRanks(cli, args, { ranks, hosts: hosts?.split(',') ?? [], maxRestarts, json });
        return;
      }
      await asRanks(cli, async (own, session) => {
        const loaded = await loadForRun(own, request);
        await runTraining(own, loaded, { json, session });
      });
    });
  for (const option of ranksOptions()) command.addOption(option);
  return command;
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
