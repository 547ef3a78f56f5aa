import path from 'node:path';
import { Command } from 'commander';
import type { Document } from '../data/encode/renderDocument.ts';
import { environmentDocuments } from '../data/sources/environmentDocuments.ts';
import { findSources, type Sources } from '../data/sources/findSources.ts';
import { readDocuments } from '../data/sources/readDocuments.ts';
import { trainTokenizer } from '../data/trainTokenizer.ts';

import { type Cli, examples, print, printJson } from './cli.ts';
import { loadRunConfig } from './loadRunConfig.ts';
import { jsonOption, wholeNumber } from './options.ts';
import { progressOf } from './progressOf.ts';
import { ENVIRONMENTS } from './training.ts';

interface TokenizerOptions {
  config?: string;
  vocabSize: number;
  output: string;
  json?: boolean;
}

export function tokenizerCommand(cli: Cli): Command {
  return new Command('tokenizer')
    .summary('make a tokenizer from trajectories, for a student from scratch')
    .description(
      'Trains byte-level BPE on what trajectories say, and writes a folder that `tokenizer` in a config can name. ' +
        'It has a token for every byte, so that no text is unknown to it, and the tokens of ChatML.',
    )
    .argument('[data...]', 'trajectory files, folders and globs; default: data.train of --config')
    .option('--config <config>', 'a training config: its data, formats and rules')
    .option('--vocab-size <n>', 'the most tokens', wholeNumber(1), 4096)
    .option('-o, --output <folder>', 'where it is written', 'tokenizer')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('tokenizer trajectories/*.jsonl', 'tokenizer --config my.yaml --vocab-size 8192'),
    )
    .action(async (data: string[], options: TokenizerOptions) => {
      const { vocabSize, output, json = false } = options;
      const sources = await sourcesOf(cli, data, options);
      const progress = progressOf(cli, options);
      const { signal } = cli.interrupt(progress.say);
      let done = 0;
      const folder = path.resolve(cli.cwd, output);
      const made = await trainTokenizer(allDocuments(sources), {
        vocabSize,
        folder,
        signal,
        onDocument: () => progress.advance('reading', { done: ++done, total: 0 }),
        onLearning: () => progress.say('learning which bytes belong together ...'),
      });
      if (json) printJson(cli, { folder, ...made });
      else print(cli, madeText(made, output));
    });
}

async function sourcesOf(
  { cwd, env }: Cli,
  data: readonly string[],
  { config: given }: TokenizerOptions,
): Promise<Sources> {
  const set = [
    ...(data.length === 0 ? [] : [`data.train=${JSON.stringify(data)}`]),
    // The student is only there because a config needs one.
    ...(given === undefined ? ['student.model=none'] : []),
  ];
  const { config } = await loadRunConfig({ path: given ?? 'fast', set, env });
  return findSources(config.data.train, config.data, cwd);
}

async function* allDocuments({ files, environments }: Sources): AsyncGenerator<Document> {
  for (const file of files)
    for await (const read of readDocuments(file)) if ('text' in read) yield read;
  for (const address of environments) yield* environmentDocuments(address, ENVIRONMENTS);
}

function madeText(
  {
    tokens,
    trajectories,
    characters,
  }: { tokens: number; trajectories: number; characters: number },
  output: string,
): string {
  return (
    `${output}: ${tokens} tokens, from ${trajectories} ${trajectories === 1 ? 'trajectory' : 'trajectories'} with ${characters} characters\n` +
    `In a config: tokenizer: ${output}`
  );
}
