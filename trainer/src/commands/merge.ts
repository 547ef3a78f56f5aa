import path from 'node:path';
import { Command, Option } from 'commander';
import { mergeRun } from '../recipes/merge.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { findCheckpoint, type WhichCheckpoint } from './findCheckpoint.ts';
import { findRun, startFolder } from './findRun.ts';
import { fetchNamed } from './fetchNamed.ts';
import { configOfRun } from './loadRunConfig.ts';
import { checkpointOption, dirOption, jsonOption } from './options.ts';
import { progressOf } from './progressOf.ts';

interface MergeOptions {
  out?: string;
  dtype: 'F32' | 'F16' | 'BF16';
  checkpoint: WhichCheckpoint;
  dir: string;
  json?: boolean;
}

export function mergeCommand(cli: Cli): Command {
  return new Command('merge')
    .summary("write a run's student as a plain checkpoint")
    .description(
      'Writes the student of a run as a plain checkpoint in the Hugging Face layout, its adapter added in ' +
        'where it was trained with LoRA. Other programs load it without knowing of either.',
    )
    .argument('<run>', "a run's folder, its name, or latest")
    .option('--out <folder>', 'where to write; the default is merged/ in the run')
    .addOption(
      new Option('--dtype <type>', 'format of the weights')
        .choices(['f32', 'f16', 'bf16'])
        .default('f32'),
    )
    .addOption(checkpointOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('merge latest', 'merge react-qwen --out models/mine --dtype bf16'),
    )
    .action(async (name: string, options: MergeOptions) => {
      const { cwd, env } = cli;
      const folder = await findRun(name, { cwd, dir: options.dir });
      const checkpoint = await findCheckpoint(folder, options.checkpoint);
      const loaded = await configOfRun(folder, { env });
      const out =
        options.out === undefined ? path.join(folder, 'merged') : path.resolve(cwd, options.out);
      const dtype = options.dtype.toUpperCase() as MergeOptions['dtype'];
      const from = startFolder(folder, loaded.config) ?? cwd;
      const progress = progressOf(cli, options);
      const { signal } = cli.interrupt(progress.say);
      const { config } = await fetchNamed({ ...cli, cwd: from }, loaded, { progress, signal });
      await mergeRun({ config, cwd: from, checkpoint, out, dtype });
      if (options.json === true) printJson(cli, { run: folder, checkpoint, out, dtype });
      else print(cli, `${out}: ${path.relative(folder, checkpoint)} in ${dtype}`);
    });
}
