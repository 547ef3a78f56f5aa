import { DeepCoderError } from '@deepcoder/config';
import { Command, Option } from 'commander';
import { rankEnvironment } from '../engine/collective/rankEnvironment.ts';
import type { Launch } from '../launch/jobs/job.ts';
import { chooseTarget } from '../launch/targets.ts';
import { type Cli, examples } from './cli.ts';
import { loadForRun } from './loadForRun.ts';
import { asRanks } from './asRanks.ts';
import { type LaunchOptions, launchRanks } from './launchRanks.ts';
import { envOption, jsonOption, type RanksOptions, ranksOptions, setOption } from './options.ts';
import { submitJob } from './submitJob.ts';
import { runTraining } from './training.ts';

interface TrainOptions {
  set: string[];
  env?: string;
  json?: boolean;
}

interface PlaceOptions extends RanksOptions {
  on?: string;
  dryRun?: boolean;
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
        'train my-config.yaml --on slurm --dry-run',
      ),
    )
    .action(async (config: string, options: TrainOptions & PlaceOptions) => {
      const { set, env: environment, json = false } = options;
      const request = { path: config, set, environment, env: cli.env };
      // A rank has been started already, wherever the config says that it should be.
      if (rankEnvironment(cli.env) === null) {
        // What is wrong with the config is said once, before anything starts.
        const { yaml } = await loadForRun(cli, request);
        const target = await chooseTarget(options.on, yaml.launch, cli.env);
        if (target.launch.on !== 'local') {
          refuseRanks(options, target.name);
          const { dryRun = false } = options;
          await submitJob(cli, request, { target, dryRun, json });
          return;
        }
        if (options.dryRun === true) throw nothingToShow();
        const { ranks, hosts, maxRestarts } = ranksHere(options, target.launch);
        if (ranks > 1) {
          const args = ['train', config, ...(set.length > 0 ? ['--set', ...set] : [])];
          if (environment !== undefined) args.push('--env', environment);
          if (json) args.push('--json');
          await launchRanks(cli, args, { ranks, hosts, maxRestarts, json });
          return;
        }
      }
      await asRanks(cli, async (own, session) => {
        const loaded = await loadForRun(own, request);
        await runTraining(own, loaded, { json, session });
      });
    });
  for (const option of [...placeOptions(), ...ranksOptions()]) command.addOption(option);
  return command;
}

const placeOptions = (): Option[] => [
  new Option(
    '--on <target>',
    "where to train: local, ssh, slurm, kubernetes, or a target of yours (see deepcoder jobs targets); default: the config's launch",
  ),
  new Option('--dry-run', 'with --on: show what would be given to the target, and start nothing'),
];

/** Rank settings from the command line, falling back to the config. */
function ranksHere(
  { ranks, hosts, maxRestarts }: RanksOptions,
  launch: Extract<Launch, { on: 'local' }>,
): Pick<LaunchOptions, 'ranks' | 'hosts' | 'maxRestarts'> {
  return {
    ranks: ranks ?? launch.ranks,
    hosts: hosts?.split(',') ?? launch.hosts,
    maxRestarts: maxRestarts ?? launch.maxRestarts,
  };
}

function nothingToShow(): DeepCoderError {
  const message =
    '--dry-run shows what another place would be given, and this is for this machine; name a target with --on, or run deepcoder check';
  return new DeepCoderError('usage', message, { exitCode: 2 });
}

/** They would be passed over in silence. */
function refuseRanks({ ranks, hosts, maxRestarts }: RanksOptions, target: string): void {
  if ([ranks, hosts, maxRestarts].every((one) => one === undefined)) return;
  const message = `--ranks, --hosts and --max-restarts are for this machine; how many ranks ${target} has is said by the target, or under launch: in the config`;
  throw new DeepCoderError('usage', message, { exitCode: 2 });
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
