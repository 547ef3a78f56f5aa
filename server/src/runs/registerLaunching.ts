import path from 'node:path';
import { runsResume, runsStart, type LaunchResult, type RunInfo } from '@deepcoder/server-protocol';
import type { CancellationToken } from 'vscode-languageserver';
import type { ServerContext } from '../lsp/context.ts';
import { onCustomRequest } from '../lsp/onCustomRequest.ts';
import { findTrainerProgram, type TrainerProgram } from '../trainerService/trainerProgram.ts';
import { launch, type LaunchOptions } from './launch.ts';
import type { OutputEvent } from './runOutput.ts';
import { launchResult, refused, startRun, type StartDeps } from './startRun.ts';

export interface LaunchListeners extends Pick<StartDeps, 'liveRuns'> {
  /** Where a run will be, before it is there. */
  onRunsDir: (dir: string) => void;
  onLaunch: (run: RunInfo) => Promise<void>;
}

/** Starts trainers and goes on with runs, in a workspace that is trusted. */
export function registerLaunching(
  context: ServerContext,
  { liveRuns, onRunsDir, onLaunch }: LaunchListeners,
): void {
  const { connection } = context;
  const launching = async (token: CancellationToken, work: Work): Promise<LaunchResult> => {
    const program = trustedProgram(context);
    if ('ok' in program) return program;
    const progress = await launchProgress(context);
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    progress.onCancel(() => controller.abort());
    try {
      const { signal } = controller;
      const result = await work(program, { signal, onProgress: progress.report });
      if (result.ok) await onLaunch(result.run);
      return result;
    } finally {
      progress.done();
    }
  };
  onCustomRequest(connection, runsStart, (request, token) =>
    launching(token, (program, deps) =>
      startRun(request, {
        ...deps,
        program,
        workspaceFolders: context.workspaceFolders(),
        readText: context.readText,
        liveRuns,
        onRunsDir,
      }),
    ),
  );
  onCustomRequest(connection, runsResume, ({ folder, acceptChanges }, token) =>
    launching(token, async (program, deps) => {
      const args = ['resume', folder, '--json', ...(acceptChanges ? ['--accept-changes'] : [])];
      const runsDir = path.dirname(folder);
      const cwd = resumeFolder(folder, context.workspaceFolders());
      return launchResult(await launch({ ...deps, program, args, cwd, runsDir }));
    }),
  );
}

type Work = (
  program: TrainerProgram,
  deps: Required<Pick<LaunchOptions, 'signal' | 'onProgress'>>,
) => Promise<LaunchResult>;

/** The program, or why nothing may or can be started. */
function trustedProgram(context: ServerContext): TrainerProgram | LaunchResult {
  if (!context.isTrusted()) {
    return refused('untrusted', 'nothing is started in a workspace that is not trusted');
  }
  return (
    findTrainerProgram(context.settings.current.trainer, context.env) ??
    refused(
      'no-program',
      'the trainer program is not there; build it (npm run build), or name it in deepcoder.trainer.programPath',
    )
  );
}

interface LaunchProgress {
  report: (event: OutputEvent) => void;
  onCancel: (listener: () => void) => void;
  done: () => void;
}

/** Shows how a launch comes along, where the client can show it. */
async function launchProgress({
  client,
  connection,
}: Pick<ServerContext, 'client' | 'connection'>): Promise<LaunchProgress> {
  if (client.window?.workDoneProgress !== true) {
    return { report: () => undefined, onCancel: () => undefined, done: () => undefined };
  }
  const progress = await connection.window.createWorkDoneProgress();
  progress.begin('Starting training', undefined, undefined, true);
  return {
    report: ({ event, phase = '', done = 0, total = 0 }) => {
      if (event !== 'progress') return;
      progress.report(total > 0 ? `${phase} ${done}/${total}` : phase);
    },
    onCancel: (listener) => progress.token.onCancellationRequested(listener),
    done: () => progress.done(),
  };
}

/** Paths of the config start from where the run was started: the workspace folder above it. */
function resumeFolder(folder: string, workspaceFolders: readonly string[]): string {
  const above = workspaceFolders
    .filter((root) => !path.relative(root, folder).startsWith('..'))
    .sort((a, b) => b.length - a.length)[0];
  return above ?? path.resolve(folder, '..', '..');
}
