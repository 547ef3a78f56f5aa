import { existsSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { type Cli, examples } from './cli.ts';
import { loadRunConfig } from './loadRunConfig.ts';
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
      const loaded = await loadWithTeacher(cli, { path: config, set, environment });
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
      const loaded = await loadWithTeacher(cli, { path: 'quickstart', set, environment });
      await runTraining(cli, loaded, { json });
    });
}

/** Any config that is built on the quickstart finds its teacher, wherever it is started. */
async function loadWithTeacher(
  cli: Cli,
  {
    path: file,
    set,
    environment,
  }: { path: string; set: string[]; environment: string | undefined },
) {
  const request = { path: file, environment, env: cli.env };
  const asked = await loadRunConfig({ ...request, set });
  const found = teacherBesideProgram(cli, asked.config.teacher.model);
  return found === null
    ? asked
    : loadRunConfig({ ...request, set: [...set, `teacher.model=${found}`] });
}

/** The preset's teacher comes with the program; its path only holds in the program's own folder. */
function teacherBesideProgram({ cwd, programFolder }: Cli, model: string | null): string | null {
  if (model === null || existsSync(path.resolve(cwd, model))) return null;
  const beside = path.join(programFolder, model.replace(/^trainer\//, ''));
  return existsSync(beside) ? beside : null;
}
