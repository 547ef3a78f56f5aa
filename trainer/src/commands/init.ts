import { access, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DeepCoderError, initText } from '@deepcoder/config';
import { Command } from 'commander';
import { diskError } from '../disk/diskError.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { jsonOption } from './options.ts';

interface InitOptions {
  force?: boolean;
  json?: boolean;
}

export function initCommand(cli: Cli): Command {
  return new Command('init')
    .summary('write a commented config')
    .description('Writes a training config with every key, its meaning, its range and its default.')
    .argument('[file]', 'where to write', 'deepcoder.yaml')
    .option('--force', 'replace a file that is there')
    .addOption(jsonOption())
    .addHelpText('after', examples('init', 'init my-config.yaml'))
    .action(async (name: string, { force = false, json = false }: InitOptions) => {
      const file = path.resolve(cli.cwd, name);
      if (!force) await refuseExisting(file);
      await writeFile(file, initText()).catch((error: unknown) => {
        throw diskError(file, error);
      });
      if (json) printJson(cli, { file });
      else {
        print(
          cli,
          `wrote ${name}`,
          'name your data (data.train), student and teacher in it, then',
          `  deepcoder check ${name}`,
          `  deepcoder train ${name}`,
        );
      }
    });
}

async function refuseExisting(file: string): Promise<void> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  const message = `${file}: is there already; name another file, or replace it with --force`;
  throw new DeepCoderError('config/exists', message, { exitCode: 2 });
}
