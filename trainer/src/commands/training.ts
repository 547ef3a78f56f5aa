import { availableParallelism } from 'node:os';
import path from 'node:path';
import { trainingTexts } from '../eval/household/trainingTexts.ts';
import { playTable } from '../eval/playGames.ts';
import type { Progress } from '../run/progress.ts';
import { type ResumeRequest, train, type Trained } from '../recipes/train.ts';
import { gitCommit } from '../run/gitCommit.ts';
import { type Cli, print, printJson } from './cli.ts';
import { findCheckpoint } from './findRun.ts';
import { CANCELLED } from './interrupt.ts';
import type { RunConfig } from './loadRunConfig.ts';
import { RUNS } from './options.ts';
import { eventProgress } from './progressOf.ts';
import { terminalProgress } from './terminal.ts';
import { versions } from './versions.ts';

/** The environments that `data.train` can name. */
export const ENVIRONMENTS = { household: trainingTexts };

/** Threads that read and tokenize; more do not pay. */
export const WORKERS = Math.min(availableParallelism(), 8);

export interface TrainingOptions {
  json?: boolean;
  resume?: ResumeRequest;
}

/** Trains, tells how it goes, and at the end what came out and what can be done next. */
export async function runTraining(
  cli: Cli,
  loaded: RunConfig,
  { json = false, resume }: TrainingOptions,
): Promise<void> {
  const progress = json ? eventProgress(cli) : terminalProgress(cli.stdout, cli.now);
  const interrupt = cli.interrupt(progress.say);
  for (const warning of loaded.warnings) progress.say(`warning: ${warning}`);
  const trained = await train({
    config: loaded.config,
    yaml: loaded.yaml,
    configText: loaded.text,
    cwd: cli.cwd,
    environments: ENVIRONMENTS,
    versions: versions(),
    gitCommit: await gitCommit(cli.cwd),
    progress,
    now: cli.now,
    workers: WORKERS,
    signal: interrupt.signal,
    resume,
    onRun: (run) => {
      if (json) printJson(cli, { event: 'run', folder: path.resolve(run.folder) });
      else sayRun(progress, run.folder, run.others.length);
      interrupt.onStop(run.requestStop);
    },
  });
  if (trained.end === 'stopped' && interrupt.signal.aborted) cli.end.code = CANCELLED;
  await sayEnd(cli, trained, json);
}

function sayRun(progress: Progress, folder: string, others: number): void {
  progress.say(`run ${folder}`);
  if (others > 0)
    progress.say(`shares the machine with ${others} other run${others > 1 ? 's' : ''}`);
}

async function sayEnd(cli: Cli, trained: Trained, json: boolean): Promise<void> {
  const { folder, end, state, players, report } = trained;
  const checkpoint = await findCheckpoint(folder, 'best');
  const { step, best } = state;
  if (json) {
    const paths = {
      folder: path.resolve(folder),
      report: report && path.resolve(report),
      checkpoint,
    };
    printJson(cli, { event: 'end', end, step, best, ...paths, players });
    return;
  }
  const bestText =
    best === null ? '' : ` (${best.metric} ${best.value.toFixed(4)} at step ${best.step})`;
  const place = (file: string): string => path.relative(cli.cwd, file) || file;
  print(
    cli,
    ...(players.length === 0 ? [] : ['', playTable(players)]),
    '',
    `${end} after step ${step}`,
    `run         ${place(folder)}`,
    `checkpoint  ${place(checkpoint)}${bestText}`,
    ...(report === null ? [] : [`report      ${place(report)}`]),
    '',
    ...nextSteps(nameFor(place(folder)), end, players.length > 0),
  );
}

/** As the other commands find it: by name where they look, else by its folder. */
function nameFor(folder: string): string {
  return path.dirname(folder) === RUNS ? path.basename(folder) : folder;
}

function nextSteps(run: string, end: Trained['end'], plays: boolean): string[] {
  if (end === 'stopped') return [`go on with it:       deepcoder resume ${run}`];
  return [
    'look at the report:  open report.html in a browser',
    ...(plays ? [`watch it play:       deepcoder play ${run} --games 5 --save episodes`] : []),
    `compare runs:        deepcoder compare ${run} OTHER`,
    `take the student:    deepcoder merge ${run}`,
  ];
}
