import { availableParallelism, homedir } from 'node:os';
import path from 'node:path';
import { buildHash } from '../engine/buildHash.ts';
import { trainingTexts } from '../eval/household/trainingTexts.ts';
import { playTable } from '../eval/playReport.ts';
import type { Progress } from '../run/progress.ts';
import { train, type Trained } from '../recipes/train.ts';
import type { ResumeRequest } from '../recipes/trainRequest.ts';
import { gitCommit } from '../run/gitCommit.ts';
import { type Cli, print, printJson } from './cli.ts';
import { findCheckpoint } from './findCheckpoint.ts';
import { fetchNamed } from './fetchNamed.ts';
import type { Ranks } from '../engine/collective/ranks.ts';
import type { Run } from '../run/openRun.ts';
import { noteEnd, noteRun } from '../launch/jobs/jobFiles.ts';
import { encodeNote, isLaunched, type Note } from '../launch/notes.ts';
import type { RankSession } from './asRanks.ts';
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
  /** Where this process is one of several ranks. */
  session?: RankSession | undefined;
}

/** Trains, tells how it goes, and at the end what came out and what can be done next. */
export async function runTraining(
  cli: Cli,
  loaded: RunConfig,
  { json = false, resume, session }: TrainingOptions,
): Promise<void> {
  const told = json ? eventProgress(cli) : terminalProgress(cli.stdout, cli.now);
  const progress = session === undefined ? told : noting(told, session);
  const note = noteWriter(cli, session);
  const interrupt = cli.interrupt(progress.say);
  const { signal } = interrupt;
  const { config, yaml, text, warnings } = await fetchNamed(cli, loaded, { progress, signal });
  for (const warning of warnings) progress.say(`warning: ${warning}`);
  const trained = await train({
    config,
    yaml,
    configText: text,
    cwd: cli.cwd,
    environments: ENVIRONMENTS,
    versions: { ...versions(), build: (await buildHash()).slice(0, 12) },
    gitCommit: await gitCommit(cli.cwd),
    progress,
    now: cli.now,
    workers: WORKERS,
    trackers: { env: cli.env, home: homedir() },
    signal,
    resume,
    ranks: session?.ranks,
    onRun: async (run) => {
      if (isFirst(session)) await noteRun(cli.env, path.resolve(run.folder));
      note({
        run: { folder: path.resolve(run.folder), members: [...(session?.ranks.members ?? [])] },
      });
      if (json) printJson(cli, { event: 'run', folder: path.resolve(run.folder) });
      else sayRun(progress, run, session?.ranks);
      interrupt.onStop(run.requestStop);
    },
  });
  if (trained.end === 'stopped' && signal.aborted) cli.end.code = CANCELLED;
  if (isFirst(session)) {
    await sayEnd(cli, trained, json);
    await noteEnd(
      cli.env,
      signal.aborted && trained.end === 'stopped' ? 'interrupted' : trained.end,
    );
  }
  note({ end: trained.end });
}

function isFirst(session: RankSession | undefined): boolean {
  return session === undefined || session.ranks.collective.rank === 0;
}

/** Progress that the other ranks are told too. */
function noting(progress: Progress, session: RankSession): Progress {
  return {
    say: progress.say,
    advance: (phase, state) => {
      if (phase === 'train') session.at(state.done);
      progress.advance(phase, state);
    },
  };
}

/** Tells what has started the ranks; of them only rank 0 does. */
function noteWriter(cli: Cli, session: RankSession | undefined): (note: Note) => void {
  if (session === undefined || !isFirst(session) || !isLaunched(cli.env)) return () => undefined;
  return (note) => void cli.stderr.write(encodeNote(note));
}

function sayRun(progress: Progress, { folder, others, log }: Run, ranks?: Ranks): void {
  progress.say(`run ${folder}`);
  const { length } = others;
  if (length > 0)
    progress.say(`shares the machine with ${length} other run${length > 1 ? 's' : ''}`);
  if (ranks === undefined) return;
  const { collective, members } = ranks;
  progress.say(`${collective.size} ranks over ${collective.description}`);
  members.forEach(({ host, pid }, rank) => log(`rank ${rank}: process ${pid} on ${host}`));
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
