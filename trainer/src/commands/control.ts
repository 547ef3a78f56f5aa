import { DeepCoderError } from '@deepcoder/config';
import { Command } from 'commander';
import { sendControl } from '@deepcoder/trainer-protocol/node';
import { type Cli, examples, print, printJson } from './cli.ts';
import { findRun } from './findRun.ts';
import { dirOption, jsonOption } from './options.ts';

const ABOUT = {
  stop: 'end a live run with a checkpoint',
  pause: 'let a live run wait',
  continue: 'let a paused run go on',
  checkpoint: 'let a live run write a checkpoint',
} as const;

const DESCRIPTIONS = {
  stop: 'Asks a live run to write a checkpoint after its current step and to end. It can be resumed.',
  pause: 'Asks a live run to wait after its current step, until it is told to continue or to stop.',
  continue: 'Lets a paused run go on.',
  checkpoint: 'Asks a live run to write a checkpoint after its current step and to go on.',
} as const;

/** The commands that a live run takes over its socket. */
export function controlCommands(cli: Cli): Command[] {
  return (['stop', 'pause', 'continue', 'checkpoint'] as const).map((command) =>
    new Command(command)
      .summary(ABOUT[command])
      .description(`${DESCRIPTIONS[command]} Returns when it is done.`)
      .argument('<run>', "a run's folder, its name, or latest")
      .addOption(dirOption())
      .addOption(jsonOption())
      .addHelpText('after', examples(`${command} latest`))
      .action(async (name: string, { dir, json = false }: { dir: string; json?: boolean }) => {
        const folder = await findRun(name, { cwd: cli.cwd, dir });
        const { ok, message, state, step } = await sendControl(folder, command);
        if (!ok) {
          throw new DeepCoderError('run/refused', `run ${folder}: ${message}`, { exitCode: 3 });
        }
        if (json) printJson(cli, { run: folder, message, state, step });
        else print(cli, `${folder}: ${message}`);
      }),
  );
}
