import type { RunInfo } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import { amountText, canResume, distinctName, endText, isLive } from '../runs/describeRun.ts';
import type { RunStore } from '../runs/runStore.ts';

/** Says once that a run, which this window saw training, is done or has failed. */
export function createEndNotices(runs: RunStore): vscode.Disposable {
  return runs.onChange(({ before }) => {
    const all = runs.all();
    for (const run of all) {
      const earlier = before.get(run.folder);
      if (earlier !== undefined && isLive(earlier.status) && !isLive(run.status))
        void tell(run, distinctName(run, all));
    }
  });
}

async function tell(run: RunInfo, name: string): Promise<void> {
  const commands = new Map([
    [vscode.l10n.t('Open Metrics'), 'deepcoder.openMetrics'],
    [vscode.l10n.t('Open Log'), 'deepcoder.openLog'],
    [vscode.l10n.t('Resume'), 'deepcoder.resume'],
  ]);
  const [metrics = '', log = '', resume = ''] = commands.keys();
  const actions = { metrics, log, resume: canResume(run) ? resume : null };
  const command = commands.get((await message(run, name, actions)) ?? '');
  if (command !== undefined) await vscode.commands.executeCommand(command, { type: 'run', run });
}

function message(
  run: RunInfo,
  name: string,
  { metrics, log, resume }: { metrics: string; log: string; resume: string | null },
): Thenable<string | undefined> {
  const { status } = run;
  if (status === 'finished') {
    const text = vscode.l10n.t('{0} has finished: {1}', name, amountText(run));
    return vscode.window.showInformationMessage(text, metrics);
  }
  if (status === 'stopped') {
    const text = vscode.l10n.t('{0} was stopped: {1}', name, amountText(run));
    return vscode.window.showInformationMessage(
      text,
      metrics,
      ...(resume === null ? [] : [resume]),
    );
  }
  const why = endText(run) ?? '';
  const text =
    status === 'crashed'
      ? vscode.l10n.t('{0} has crashed. {1}', name, why)
      : vscode.l10n.t('{0} has failed. {1}', name, why);
  return vscode.window.showErrorMessage(text, ...(resume === null ? [] : [resume]), metrics, log);
}
