import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { track } from '../recipes/track.ts';
import { type Cli, examples, print } from './cli.ts';
import { findRun } from './findRun.ts';
import { configOfRun } from './loadRunConfig.ts';
import { dirOption, setOption } from './options.ts';

/** The end of a run waits a few seconds for its trackers; this command has time. */
const PATIENCE_MS = 3_600_000;

export function trackCommand(cli: Cli): Command {
  return new Command('track')
    .summary('send a run to its trackers')
    .description(
      'Sends MLflow or Weights & Biases what they have not got of a run that is over: after an outage, or where log.mlflow or log.wandb is only given now with --set.',
    )
    .argument('<run>', "a run's folder, its name, or latest")
    .addOption(dirOption())
    .addOption(setOption())
    .addHelpText('after', examples('track latest', 'track latest --set "log.wandb={mode: online}"'))
    .action(async (name: string, { dir, set }: { dir: string; set: string[] }) => {
      const folder = await findRun(name, { cwd: cli.cwd, dir });
      const { config, text } = await configOfRun(folder, { env: cli.env, set });
      const report = path.join(folder, 'report.html');
      const names = await track({
        ...{ folder, config, configText: text, now: cli.now },
        report: await access(report).then(
          () => report,
          () => null,
        ),
        environment: { env: cli.env, home: homedir(), patienceMs: PATIENCE_MS },
        say: (line) => {
          print(cli, line);
        },
      });
      print(cli, `${folder}: sent to ${names.join(' and ')}`);
    });
}
