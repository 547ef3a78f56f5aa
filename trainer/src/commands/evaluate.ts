import { Command } from 'commander';
import type { Rejected } from '../data/types.ts';
import { evaluateRun } from '../recipes/evaluate.ts';
import { evaluateInGames } from './evaluateInGames.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { findCheckpoint, type WhichCheckpoint } from './findCheckpoint.ts';
import { findRun, startFolder } from './findRun.ts';
import { fetchNamed } from './fetchNamed.ts';
import { configOfRun } from './loadRunConfig.ts';
import { checkpointOption, dirOption, jsonOption, setOption } from './options.ts';
import { progressOf } from './progressOf.ts';
import { textTable } from './textTable.ts';
import { ENVIRONMENTS, WORKERS } from './training.ts';

interface EvaluateOptions {
  environment?: string | true;
  against: string[];
  save?: string;
  checkpoint: WhichCheckpoint;
  set: string[];
  dir: string;
  json?: boolean;
}

export function evaluateCommand(cli: Cli): Command {
  return new Command('eval')
    .summary("measure a run's student on held-out data, or in environments")
    .description(
      'Measures the student of a run on its held-out data: loss, divergence and accuracy, in all and ' +
        'for each kind of span. Other data can be named with --set data.eval=[...]. With --environment it plays ' +
        'the games of eval.environments instead, beside chance and its teacher, and compares them game by game.',
    )
    .argument('<run>', "a run's folder, its name, or latest")
    .option(
      '--environment [name]',
      'play its games; without a name, those of all that are evaluated',
    )
    .option('--against <run...>', 'for --environment: compare with these runs, game by game', [])
    .option('--save <folder>', "for --environment: write the student's episodes there")
    .addOption(checkpointOption())
    .addOption(setOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'eval latest',
        'eval react-qwen --checkpoint 500 --set "data.eval=[test/*.jsonl]"',
        'eval latest --environment household --against baseline',
      ),
    )
    .action(async (name: string, options: EvaluateOptions) => {
      const { cwd, env } = cli;
      const progress = progressOf(cli, options);
      const folder = await findRun(name, { cwd, dir: options.dir });
      const checkpoint = await findCheckpoint(folder, options.checkpoint);
      const loaded = await configOfRun(folder, { env, set: options.set });
      const { signal } = cli.interrupt(progress.say);
      const from = startFolder(folder, loaded.config) ?? cwd;
      const { config } = await fetchNamed({ ...cli, cwd: from }, loaded, { progress, signal });
      const request = {
        config,
        cwd: from,
        checkpoint,
        environments: ENVIRONMENTS,
        workers: WORKERS,
      };
      if (options.environment !== undefined) {
        await evaluateInGames(cli, options, { ...request, progress, signal });
        return;
      }
      const evaluated = await evaluateRun({ ...request, progress, signal });
      const { samples, metrics, rejected } = evaluated;
      if (options.json === true) printJson(cli, { run: folder, checkpoint, samples, metrics });
      else if (samples === 0) print(cli, ...nothingMeasured(rejected));
      else print(cli, `${checkpoint}, ${samples} held-out samples`, metricsTable(metrics));
    });
}

/** Of many, the first tell what is wrong. */
const TOLD = 5;

function nothingMeasured(rejected: readonly Rejected[]): string[] {
  const why = rejected
    .slice(0, TOLD)
    .map(({ source, message }) => `rejected ${source}: ${message}`);
  return ['nothing is held out (data.eval), so nothing is measured', ...why];
}

/** A row for each quantity, a column for each kind. */
function metricsTable(metrics: Record<string, number>): string {
  const parts = Object.entries(metrics).map(([name, value]) => {
    const [, quantity = '', kind = 'all'] = name.split('/');
    return { quantity, kind, value };
  });
  const kinds = ['all', ...new Set(parts.map(({ kind }) => kind).filter((kind) => kind !== 'all'))];
  const quantities = [...new Set(parts.map(({ quantity }) => quantity))];
  const cell = (quantity: string, kind: string): string => {
    const found = parts.find((part) => part.quantity === quantity && part.kind === kind);
    if (found === undefined) return '';
    return Number.isInteger(found.value) ? String(found.value) : found.value.toFixed(4);
  };
  const rows = quantities.map((quantity) => [
    quantity.replaceAll('_', ' '),
    ...kinds.map((kind) => cell(quantity, kind)),
  ]);
  return textTable([['', ...kinds], ...rows]);
}
