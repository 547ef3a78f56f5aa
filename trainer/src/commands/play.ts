import path from 'node:path';
import { type Config, DeepCoderError } from '@deepcoder/config';
import { Command, Option } from 'commander';
import { panelSettings } from '../environments/openPanels.ts';
import { playGames, type PlayRequest, type Who } from '../recipes/play.ts';
import { playRow, type PlayedPanel } from '../eval/playPanel.ts';
import { endingsText, playTable } from '../eval/playReport.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { findCheckpoint, type WhichCheckpoint } from './findCheckpoint.ts';
import { findRun, startFolder } from './findRun.ts';
import { fetchNamed } from './fetchNamed.ts';
import { loadForRun } from './loadForRun.ts';
import { configOfRun, type RunConfig } from './loadRunConfig.ts';
import { checkpointOption, dirOption, jsonOption, realNumber, wholeNumber } from './options.ts';
import { progressOf } from './progressOf.ts';
import { saveEpisodes } from './saveEpisodes.ts';

interface PlayOptions {
  environment?: string;
  split?: string;
  games?: number;
  seed?: number;
  maxTurns?: number;
  temperature: number;
  who: string;
  model?: string;
  save?: string;
  as: 'react' | 'atif';
  wonOnly?: boolean;
  checkpoint: WhichCheckpoint;
  dir: string;
  json?: boolean;
}

export function playCommand(cli: Cli): Command {
  return new Command('play')
    .summary('let a student, its teacher, an expert or a model play')
    .description(
      'Plays games of an environment and tells how it went: the student of a run, its teacher, the ' +
        "environment's expert, chance, or a model behind an address (/v1/chat/completions). --save writes the " +
        'episodes as trajectory files, which can be parsed and trained on. Expert, chance and an address also ' +
        'take a config file in place of a run. The key of an address comes from OPENAI_API_KEY.',
    )
    .argument('<run>', "a run's folder, its name, latest, or a config file")
    .option(
      '--environment <name>',
      'household, or a name from env; default: the first that is evaluated',
    )
    .option('--split <name>', 'which of its games; default: as evaluated, or test')
    .option('--games <n>', 'how many games; default: as evaluated, or 100', wholeNumber(1))
    .option('--seed <n>', 'which games; those around training are the default', wholeNumber(0))
    .option('--max-turns <n>', 'turns after which a game is lost; default: 30', wholeNumber(1))
    .option('--temperature <t>', '0: always the likeliest token', realNumber(0), 0)
    .option('--who <who>', 'student, teacher, expert, random, or an address http://...', 'student')
    .option('--model <name>', 'for an address: the name of the model')
    .option('--save <folder>', 'write the episodes there')
    .addOption(
      new Option('--as <format>', 'what episodes are written as')
        .choices(['react', 'atif'])
        .default('react'),
    )
    .option('--won-only', 'save only games that were won, to learn from')
    .addOption(checkpointOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'play latest --games 10',
        'play latest --games 5 --save episodes',
        'play config.yaml --environment kitchen --split train --who expert --save kitchen-data',
      ),
    )
    .action(async (name: string, options: PlayOptions) => {
      const progress = progressOf(cli, options);
      const { loaded, from, who } = await subject(cli, name, options);
      const { signal } = cli.interrupt(progress.say);
      const { config } = await fetchNamed({ ...cli, cwd: from }, loaded, { progress, signal });
      const { temperature, seed = 0 } = options;
      const request: PlayRequest = {
        ...{ config, cwd: from, who, temperature, seed, progress, signal },
        games: gamesOf(config, options),
      };
      const played = await playGames(request);
      const { save: folder, as, wonOnly = false } = options;
      const files =
        folder === undefined
          ? new Map<number, string>()
          : await saveEpisodes(played, { cwd: cli.cwd, folder, as, wonOnly });
      report(cli, played, { files, json: options.json === true });
    });
}

interface Subject {
  loaded: RunConfig;
  /** Folder that the config's paths start from. */
  from: string;
  who: Who;
}

async function subject(cli: Cli, name: string, options: PlayOptions): Promise<Subject> {
  const { cwd, env } = cli;
  const who = whoOf(options, env);
  if (/\.ya?ml$/.test(name)) {
    if (who.type === 'student' || who.type === 'teacher') {
      const message = `play ${name}: a config has no ${who.type} yet; name a run, or --who expert, random or an address`;
      throw new DeepCoderError('play-who', message, { exitCode: 2 });
    }
    return { loaded: await loadForRun(cli, { path: name, env }), from: cwd, who };
  }
  const folder = await findRun(name, { cwd, dir: options.dir });
  const loaded = await configOfRun(folder, { env });
  const from = startFolder(folder, loaded.config) ?? cwd;
  if (who.type !== 'student') return { loaded, from, who };
  const checkpoint = path.resolve(cwd, await findCheckpoint(folder, options.checkpoint));
  return { loaded, from, who: { type: 'student', checkpoint } };
}

function whoOf({ who, model }: PlayOptions, env: Cli['env']): Who {
  if (who === 'student') return { type: 'student', checkpoint: '' };
  if (who === 'teacher' || who === 'expert' || who === 'random') return { type: who };
  if (/^https?:\/\//.test(who) && model !== undefined) {
    return { type: 'service', url: who, model, apiKey: env['OPENAI_API_KEY'] ?? null };
  }
  const message = /^https?:\/\//.test(who)
    ? `--who ${who}: give --model the name of the model there`
    : `--who ${who}: give student, teacher, expert, random, or an address that begins with http`;
  throw new DeepCoderError('play-who', message, { exitCode: 2 });
}

/** What is asked for over what the config evaluates in that environment. */
function gamesOf(
  { eval: evaluation }: Config,
  { environment, split, games, seed, maxTurns }: PlayOptions,
): PlayRequest['games'] {
  const panels = panelSettings(evaluation);
  const name = environment ?? panels[0]?.name ?? 'household';
  const usual = panels.find((panel) => panel.name === name);
  return {
    name,
    split: split ?? usual?.split ?? 'test',
    games: games ?? usual?.games ?? 100,
    seed: seed ?? usual?.seed ?? 7,
    maxTurns: maxTurns ?? usual?.maxTurns ?? 30,
  };
}

function report(
  cli: Cli,
  played: PlayedPanel,
  { files, json }: { files: ReadonlyMap<number, string>; json: boolean },
): void {
  const { episodes, summary, panel } = played;
  if (json) {
    const games = episodes.map(({ key, kind, task, success, ending, error, turns }, index) => {
      const file = files.get(index) ?? null;
      return { key, kind, task, success, ending, error, steps: turns.length, file };
    });
    const { split, seed } = panel;
    const place = { environment: panel.environment.name, split, seed };
    printJson(cli, { who: played.who, ...place, ...summary, episodes: games });
    return;
  }
  print(cli, playTable([playRow(played)]), `games ended: ${endingsText(summary.endings)}`);
  const kinds = Object.entries(summary.successByKind).map(
    ([kind, { games, success }]) => `${kind} ${Math.round(success * games)}/${games}`,
  );
  if (kinds.length > 1) print(cli, `solved by kind: ${kinds.join(', ')}`);
  const errors = [...new Set(episodes.flatMap(({ error }) => error ?? []))];
  for (const error of errors.slice(0, TOLD)) print(cli, `the environment failed: ${error}`);
  const [first] = files.values();
  if (first !== undefined) print(cli, `wrote ${files.size} episodes, ${first} and on`);
}

/** Different errors that are told. */
const TOLD = 3;
