import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command, Option } from 'commander';
import { episodeFiles, playRun } from '../recipes/play.ts';
import { playRow, type PlayedGames, playTable } from '../eval/playGames.ts';
import { GAMES_SEED } from '../training/playing.ts';
import { diskError } from '../disk/diskError.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { findCheckpoint, findRun, startFolder, type WhichCheckpoint } from './findRun.ts';
import { configOfRun } from './loadRunConfig.ts';
import { checkpointOption, dirOption, jsonOption, realNumber, wholeNumber } from './options.ts';
import { progressOf } from './progressOf.ts';

interface PlayOptions {
  games: number;
  seed: number;
  temperature: number;
  who: 'student' | 'teacher';
  save?: string;
  checkpoint: WhichCheckpoint;
  dir: string;
  json?: boolean;
}

export function playCommand(cli: Cli): Command {
  return new Command('play')
    .summary("let a run's student play")
    .description(
      'Lets the student of a run (or its teacher) play test games of the household environment and tells ' +
        'how it did. --save writes the episodes as trajectory files, which can be parsed and trained on.',
    )
    .argument('<run>', "a run's folder, its name, or latest")
    .option('--games <n>', 'how many games', wholeNumber(1), 100)
    .option(
      '--seed <n>',
      'which games; those around training are the default',
      wholeNumber(0),
      GAMES_SEED,
    )
    .option('--temperature <t>', '0: always the likeliest token', realNumber(0), 0)
    .addOption(
      new Option('--who <who>', 'who plays').choices(['student', 'teacher']).default('student'),
    )
    .option('--save <folder>', 'write the episodes there')
    .addOption(checkpointOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('play latest --games 10', 'play latest --games 5 --save episodes'),
    )
    .action(async (name: string, options: PlayOptions) => {
      const { cwd, env } = cli;
      const progress = progressOf(cli, options);
      const folder = await findRun(name, { cwd, dir: options.dir });
      const checkpoint = await findCheckpoint(folder, options.checkpoint);
      const { config } = await configOfRun(folder, { env });
      const { signal } = cli.interrupt(progress.say);
      const from = startFolder(folder, config) ?? cwd;
      const request = { ...options, config, cwd: from, checkpoint };
      const played = await playRun({ ...request, progress, signal });
      const files = options.save === undefined ? [] : await save(cwd, options.save, played);
      report(cli, played, { files, json: options.json === true });
    });
}

async function save(cwd: string, folder: string, played: PlayedGames): Promise<string[]> {
  const files = episodeFiles(played);
  try {
    await mkdir(path.resolve(cwd, folder), { recursive: true });
    for (const { name, text } of files) await writeFile(path.resolve(cwd, folder, name), text);
  } catch (error) {
    throw diskError(`episodes ${folder}`, error);
  }
  return files.map(({ name }) => path.join(folder, name));
}

function report(
  cli: Cli,
  played: PlayedGames,
  { files, json }: { files: string[]; json: boolean },
): void {
  const { episodes, summary } = played;
  if (json) {
    const games = episodes.map(({ key, kind, task, success, ending, turns }, index) => {
      return { key, kind, task, success, ending, steps: turns.length, file: files[index] ?? null };
    });
    printJson(cli, { who: played.who, ...summary, episodes: games });
    return;
  }
  const kinds = Object.entries(summary.successByKind).map(
    ([kind, { games, success }]) => `${kind} ${Math.round(success * games)}/${games}`,
  );
  print(cli, playTable([playRow(played)]), `solved by kind: ${kinds.join(', ')}`);
  if (files.length > 0) print(cli, `wrote ${files.length} episodes, ${files[0]!} and on`);
}
