import path from 'node:path';
import { Argument, Command } from 'commander';
import { setupNative } from '../setup/setupNative.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { jsonOption } from './options.ts';

interface SetupOptions {
  libtensorflow?: string;
  json?: boolean;
}

export function setupCommand(cli: Cli): Command {
  return new Command('setup')
    .summary('set up the executor native or cuda')
    .description(
      'Builds the add-on of an optional executor against libtensorflow: native (CPU) or cuda (GPU). ' +
        'Without --libtensorflow one is downloaded from the Python registry. It needs a C++ compiler.',
    )
    .addArgument(new Argument('<executor>', 'what to set up').choices(['native', 'cuda']))
    .option('--libtensorflow <folder>', 'an unpacked libtensorflow or Python package tensorflow')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('setup native', 'setup cuda --libtensorflow venv/lib/python3.12/site-packages'),
    )
    .action(async (kind: 'native' | 'cuda', { libtensorflow, json = false }: SetupOptions) => {
      const log = (line: string): void => {
        if (!json) cli.stderr.write(`${line}\n`);
      };
      const folder = libtensorflow === undefined ? null : path.resolve(cli.cwd, libtensorflow);
      const addon = await setupNative({ kind, libtensorflow: folder, log });
      if (json) printJson(cli, { executor: kind, ...addon });
      else print(cli, `executor ${kind} is ready: set engine.executor: ${kind}`);
    });
}
