import { own } from '@deepcoder/vocabulary';
import path from 'node:path';
import { Command } from 'commander';
import { DeepCoderError } from '@deepcoder/config';
import { writeReport } from '../report/writeReport.ts';
import { leaves } from '../run/compareRuns.ts';
import { readMetrics } from '@deepcoder/trainer-protocol/node';
import { type Cli, examples, print, printJson } from './cli.ts';
import { findRun } from './findRun.ts';
import { configOfRun } from './loadRunConfig.ts';
import { dirOption, jsonOption } from './options.ts';
import { textTable } from './textTable.ts';

interface CompareOptions {
  html?: string;
  all?: boolean;
  dir: string;
  json?: boolean;
}

interface Compared {
  run: string;
  /** Last value of each metric. */
  metrics: Record<string, number>;
  /** As JSON, by dotted key. */
  config: Record<string, string>;
}

/** What tells runs apart at a glance; --all shows the rest. */
const MAIN =
  /^(play\/|eval\/(loss|divergence|cross_entropy|token_accuracy|teacher_agreement)(\/|$)|train\/loss$)/;

export function compareCommand(cli: Cli): Command {
  return new Command('compare')
    .summary('lay runs side by side')
    .description(
      'Shows the final metrics of runs side by side, and where their configs differ. --html writes the ' +
        'report of the first run with the curves of the others laid over it.',
    )
    .argument('<run...>', "runs' folders or names, or latest")
    .option('--html <file>', 'write a report of all of them')
    .option('--all', 'all metrics, not only the main ones')
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('compare first second', 'compare runs/a runs/b --html both.html'),
    )
    .action(async (names: string[], options: CompareOptions) => {
      const { dir, html, json = false, all = false } = options;
      const folders: string[] = [];
      for (const name of names) folders.push(await findRun(name, { cwd: cli.cwd, dir }));
      const runs = await Promise.all(folders.map((folder) => readCompared(cli, folder)));
      const report = html === undefined ? null : await writeOverlay(cli, folders, html);
      const differing = differences(runs);
      if (json) {
        const parsed = Object.entries(differing).map(([key, values]) => [key, values.map(valueOf)]);
        const metrics = runs.map(({ run, metrics: values }) => ({ run, metrics: values }));
        printJson(cli, { runs: metrics, config: Object.fromEntries(parsed) as object, report });
        return;
      }
      print(cli, metricsTable(runs, all), '', configTable(runs, differing));
      if (report !== null) print(cli, '', `report  ${report}`);
    });
}

async function readCompared({ env }: Cli, folder: string): Promise<Compared> {
  const { columns } = await readMetrics(folder);
  const metrics = new Map<string, number>();
  for (const [name, values] of columns.values) {
    const last = values.findLast((value) => !Number.isNaN(value));
    if (last !== undefined) metrics.set(name, last);
  }
  const { yaml } = await configOfRun(folder, { env });
  return { run: path.basename(folder), metrics: Object.fromEntries(metrics), config: leaves(yaml) };
}

async function writeOverlay(
  { cwd }: Cli,
  [first = '', ...others]: string[],
  html: string,
): Promise<string> {
  const file = path.resolve(cwd, html);
  if (!/\.html?$/.test(file)) {
    const message = `--html ${html}: name a file that ends in .html`;
    throw new DeepCoderError('report/name', message, { exitCode: 2 });
  }
  return writeReport(first, { others, file });
}

/** Keys whose values are not the same in all runs, with the value in each. */
function differences(runs: readonly Compared[]): Record<string, (string | undefined)[]> {
  const keys = [...new Set(runs.flatMap(({ config }) => Object.keys(config)))];
  const entries = keys
    .map((key) => [key, runs.map(({ config }) => own(config, key))] as const)
    .filter(([, values]) => new Set(values).size > 1);
  return Object.fromEntries(entries);
}

function metricsTable(runs: readonly Compared[], all: boolean): string {
  const names = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)))]
    .filter((name) => all || MAIN.test(name))
    .sort();
  const rows = names.map((name) => [
    name,
    ...runs.map(({ metrics }) => numberText(own(metrics, name))),
  ]);
  return textTable([['last value of', ...runs.map(({ run }) => run)], ...rows]);
}

function configTable(
  runs: readonly Compared[],
  differing: Record<string, (string | undefined)[]>,
): string {
  const rows = Object.entries(differing).map(([key, values]) => [
    key,
    ...values.map((value) => value ?? '-'),
  ]);
  if (rows.length === 0) return 'the configs are the same';
  return textTable([['config', ...runs.map(({ run }) => run)], ...rows]);
}

function numberText(value: number | undefined): string {
  if (value === undefined) return '-';
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}

function valueOf(json: string | undefined): unknown {
  return json === undefined ? null : (JSON.parse(json) as unknown);
}
