import path from 'node:path';
import {
  runsCheckpoint,
  runsContinue,
  runsDelete,
  runsPause,
  runsStop,
  type ControlResult,
  type RunInfo,
} from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import { isLive } from '../runs/describeRun.ts';
import type { Services } from '../services.ts';
import { runTask } from '../tasks/deepCoderTask.ts';
import { runFrom, runsFrom } from './arguments.ts';
import type { CommandTable } from './commandTable.ts';
import { playEpisode } from './playEpisode.ts';

type Control = typeof runsStop | typeof runsPause | typeof runsContinue | typeof runsCheckpoint;

export function runCommands(services: Services): CommandTable {
  const { runs, server, panels } = services;
  const pick = (argument: unknown, placeHolder: string, which?: (run: RunInfo) => boolean) =>
    runFrom(runs, argument, { placeHolder, ...(which === undefined ? {} : { which }) });
  const control =
    (spec: Control, placeHolder: string, which: (run: RunInfo) => boolean) =>
    async (argument: unknown) => {
      const run = await pick(argument, placeHolder, which);
      if (run === undefined) return;
      const result = await vscode.window.withProgress(
        { location: { viewId: 'deepcoder.runs' } },
        () => server.request(spec, { folder: run.folder }),
      );
      tell(services, result);
    };
  const open = (name: string) => async (argument: unknown) => {
    const run = await pick(argument, vscode.l10n.t('Of which run?'));
    if (run === undefined) return;
    const uri = vscode.Uri.file(path.join(run.folder, name));
    await vscode.window.showTextDocument(uri, { preview: true });
  };
  const after =
    (act: (run: RunInfo) => Promise<void>, placeHolder: string) => async (argument: unknown) => {
      const run = await pick(argument, placeHolder);
      if (run !== undefined) await act(run);
    };
  return {
    'deepcoder.stop': control(
      runsStop,
      vscode.l10n.t('Stop which run? It writes a checkpoint first.'),
      ({ status }) => isLive(status),
    ),
    'deepcoder.pause': control(
      runsPause,
      vscode.l10n.t('Pause which run?'),
      ({ status }) => status === 'running',
    ),
    'deepcoder.continue': control(
      runsContinue,
      vscode.l10n.t('Which run goes on?'),
      ({ status }) => status === 'paused',
    ),
    'deepcoder.checkpoint': control(
      runsCheckpoint,
      vscode.l10n.t('Write a checkpoint of which run?'),
      ({ status }) => isLive(status),
    ),
    'deepcoder.openMetrics': async (argument) => {
      const run = await pick(argument, vscode.l10n.t('Metrics of which run?'));
      if (run !== undefined) panels.open([run.folder]);
    },
    'deepcoder.compareRuns': async (...args) => {
      const chosen = await runsFrom(runs, args, vscode.l10n.t('Which runs lie over each other?'));
      if (chosen.length > 0) panels.open(chosen.map(({ folder }) => folder));
    },
    'deepcoder.evaluate': after(evaluate, vscode.l10n.t('Evaluate which run?')),
    'deepcoder.playEpisode': after(playEpisode, vscode.l10n.t('Whose student plays?')),
    'deepcoder.openReport': async (argument) => {
      const run = await pick(
        argument,
        vscode.l10n.t('Report of which run?'),
        ({ hasReport }) => hasReport,
      );
      if (run === undefined) return;
      const report = vscode.Uri.file(path.join(run.folder, 'report.html'));
      // A browser on another machine cannot open the file; the panel is the same page, also of a run that goes on.
      const isHere = vscode.env.remoteName === undefined && run.hasReport;
      if (!isHere || !(await vscode.env.openExternal(report))) panels.open([run.folder]);
    },
    'deepcoder.openRunConfig': open('config.yaml'),
    'deepcoder.openLog': open('trainer.log'),
    'deepcoder.revealRun': async (argument) => {
      const run = await pick(argument, '');
      if (run !== undefined)
        await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(run.folder));
    },
    'deepcoder.deleteRun': (argument) => deleteRun(services, argument),
    'deepcoder.refreshRuns': () => Promise.all([runs.refresh(), services.jobs.refresh()]),
  };
}

/** In a terminal; paths of the run's config start from the workspace folder that it lies in. */
function evaluate({ folder }: RunInfo): Promise<void> {
  return runTask({ command: 'eval', run: folder }, vscode.Uri.file(folder));
}

async function deleteRun(services: Services, argument: unknown): Promise<void> {
  const run = await runFrom(services.runs, argument, {
    which: ({ status }) => !isLive(status),
    placeHolder: vscode.l10n.t('Delete which run?'),
  });
  if (run === undefined) return;
  const remove = vscode.l10n.t('Delete');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Delete {0} with its checkpoints?', run.name),
    { modal: true, detail: run.folder },
    remove,
  );
  if (chosen !== remove) return;
  tell(services, await services.server.request(runsDelete, { folder: run.folder }));
}

/** What was done is seen in the views; only what was not done needs words. */
function tell({ runs }: Services, { ok, message, run }: ControlResult): void {
  if (run !== null) runs.put(run);
  if (ok) vscode.window.setStatusBarMessage(message, 5000);
  else void vscode.window.showErrorMessage(message);
}
