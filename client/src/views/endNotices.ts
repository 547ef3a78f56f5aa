import type { RunInfo } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import { amountText, isLive } from '../runs/describeRun.ts';
import type { RunStore } from '../runs/runStore.ts';

/** Says once that a run, which this window saw training, is done or has failed. */
export function createEndNotices(runs: RunStore): vscode.Disposable {
  return runs.onChange(({ before }) => {
    for (const run of runs.all()) {
      const earlier = before.get(run.folder);
      if (earlier !== undefined && isLive(earlier.status) && !isLive(run.status)) void tell(run);
    }
  });
}

async function tell(run: RunInfo): Promise<void> {
  const metrics = vscode.l10n.t('Open Metrics');
  const log = vscode.l10n.t('Open Log');
  const chosen = await message(run, metrics, log);
  const command =
    chosen === metrics ? 'deepcoder.openMetrics' : chosen === log ? 'deepcoder.openLog' : null;
  if (command !== null) await vscode.commands.executeCommand(command, { type: 'run', run });
}

function message(run: RunInfo, metrics: string, log: string): Thenable<string | undefined> {
  const { name, status } = run;
  if (status === 'finished') {
    const text = vscode.l10n.t('{0} has finished: {1}', name, amountText(run));
    return vscode.window.showInformationMessage(text, metrics);
  }
  if (status === 'stopped') {
    const text = vscode.l10n.t('{0} was stopped: {1}', name, amountText(run));
    return vscode.window.showInformationMessage(text, metrics);
  }
  const why = run.error?.message ?? run.lastLines.at(-1) ?? run.problem ?? '';
  const text =
    status === 'crashed'
      ? vscode.l10n.t('{0} has crashed. {1}', name, why)
      : vscode.l10n.t('{0} has failed. {1}', name, why);
  return vscode.window.showErrorMessage(text, metrics, log);
}
