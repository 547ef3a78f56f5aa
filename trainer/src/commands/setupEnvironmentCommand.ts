import { Argument, Command } from 'commander';
import { type Bridge, BRIDGES } from '../setup/bridges.ts';
import { setupEnvironment } from '../setup/setupEnvironment.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { jsonOption } from './options.ts';

/** `deepcoder setup environment`. */
export function setupEnvironmentCommand(cli: Cli): Command {
  const names = Object.keys(BRIDGES);
  return new Command('environment')
    .summary('set up a world that others made')
    .description(
      "Makes a Python environment of its own in the user's cache with the one package that plays the world. " +
        'Afterwards env of a config can name it: env: {kitchen: {bridge: textworld-express}}.',
    )
    .addArgument(new Argument('<name>', 'which world').choices(names))
    .addOption(jsonOption())
    .addHelpText('after', examples('setup environment textworld-express'))
    .action(async (name: Bridge, { json = false }: { json?: boolean }) => {
      const log = (line: string): void => {
        if (!json) cli.stderr.write(`${line}\n`);
      };
      const made = await setupEnvironment(name, { log });
      if (json) printJson(cli, { environment: name, ...made });
      else {
        print(cli, `${name} is ready: env: {NAME: {bridge: ${name}}} in a config`);
        if (made.note !== null) print(cli, made.note);
      }
    });
}
