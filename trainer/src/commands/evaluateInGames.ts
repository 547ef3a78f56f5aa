import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Config, DeepCoderError } from '@deepcoder/config';
import { parsePlayFile, type PlayFile, type PlayPanel } from '@deepcoder/trainer-protocol';
import { GAMES_SEED, panelSettings } from '../environments/openPanels.ts';
import {
  endingsText,
  pair,
  type PairedRows,
  pairRows,
  pairText,
  playTable,
} from '../eval/playReport.ts';
import {
  type EvaluatedGames,
  evaluateGames,
  type EvaluateGamesRequest,
} from '../recipes/evaluateGames.ts';
import { type Cli, print, printJson } from './cli.ts';
import { findRun } from './findRun.ts';
import { saveEpisodes } from './saveEpisodes.ts';

export interface EvaluateInGamesOptions {
  environment?: string | true;
  against: string[];
  save?: string;
  dir: string;
  json?: boolean;
}

/** `deepcoder eval --environment`. */
export async function evaluateInGames(
  cli: Cli,
  options: EvaluateInGamesOptions,
  request: Omit<EvaluateGamesRequest, 'panels'>,
): Promise<void> {
  const { environment = true, against, save, dir, json = false } = options;
  const panels = panelsOf(request.config, environment);
  const others = await Promise.all(against.map((name) => readPlay(cli, name, dir)));
  const evaluated = await evaluateGames({ ...request, panels });
  const pairs = [
    ...pairRows(evaluated.rows),
    ...others.flatMap((one) => pairOther(evaluated, one)),
  ];
  const files: string[] = [];
  if (save !== undefined) {
    for (const played of evaluated.played) {
      const saved = { cwd: cli.cwd, folder: save, as: 'react', wonOnly: false } as const;
      for (const file of (await saveEpisodes(played, saved)).values()) files.push(file);
    }
  }
  const { rows, panels: described } = evaluated;
  if (json) printJson(cli, { rows, panels: described, pairs, files });
  else print(cli, ...reportLines(evaluated, pairs, files));
}

function panelsOf(
  { eval: evaluation }: Config,
  environment: string | true,
): EvaluateGamesRequest['panels'] {
  const known = panelSettings(evaluation);
  if (environment === true) {
    if (known.length > 0) return known;
    const message = 'eval: the config evaluates no environment (eval.environments); name one';
    throw new DeepCoderError('environment-none', message, { exitCode: 2 });
  }
  const named = known.filter(({ name }) => name === environment);
  if (named.length > 0) return named;
  return [{ name: environment, split: 'test', games: 100, seed: GAMES_SEED, maxTurns: 30 }];
}

interface OtherRun {
  name: string;
  play: PlayFile;
}

async function readPlay({ cwd }: Cli, name: string, dir: string): Promise<OtherRun> {
  const folder = await findRun(name, { cwd, dir });
  const text = await readFile(path.join(folder, 'play.json'), 'utf8').catch(() => null);
  if (text === null) {
    const message = `--against ${name}: nobody played at its end (no play.json in ${folder}); set eval.environments`;
    throw new DeepCoderError('play-none', message, { exitCode: 3 });
  }
  const parsed = parsePlayFile(text);
  if ('value' in parsed) return { name: path.basename(folder), play: parsed.value };
  const message = `--against ${name}: play.json: ${parsed.problem}`;
  throw new DeepCoderError('play-file', message, { exitCode: 3 });
}

/** The student against another run's, where both played the very same games. */
function pairOther({ rows, panels }: EvaluatedGames, { name, play }: OtherRun): PairedRows[] {
  return panels.flatMap((panel) => {
    const isSame = play.panels.some((one) => samePanel(one, panel));
    const find = (all: EvaluatedGames['rows'], who: string) =>
      all.find(
        (row) =>
          row.who === who && row.environment === panel.environment && row.split === panel.split,
      );
    const [own, other] = [find(rows, 'student'), find(play.rows, 'student after')];
    if (!isSame || own === undefined || other === undefined) return [];
    return [pair(own, { ...other, who: name })];
  });
}

function samePanel(one: PlayPanel, other: PlayPanel): boolean {
  const keys = ['environment', 'split', 'games', 'seed', 'maxTurns', 'version'] as const;
  return keys.every((key) => one[key] === other[key]);
}

function reportLines(
  { rows, panels }: EvaluatedGames,
  pairs: readonly PairedRows[],
  files: readonly string[],
): string[] {
  const several = panels.length > 1;
  const students = rows.filter(({ who }) => who === 'student');
  return [
    playTable(rows),
    '',
    ...students.map(
      ({ environment, endings }) =>
        `${several ? `${environment ?? ''}: ` : ''}games ended: ${endingsText(endings ?? {})}`,
    ),
    ...panels.map(
      ({ environment, split, games, seed, version, inTrainingData }) =>
        `${environment} ${split}, seed ${seed}${version === '' ? '' : `, version ${version}`}: ${
          inTrainingData === null
            ? 'training data not looked at'
            : `${inTrainingData} of ${games} games begin as a training record does`
        }`,
    ),
    ...pairs.map((one) => `${several ? `${one.environment}: ` : ''}${pairText(one)}`),
    ...(files.length === 0 ? [] : [`wrote ${files.length} episodes, ${files[0]!} and on`]),
  ];
}
