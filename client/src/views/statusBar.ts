import { formatNumber } from '@deepcoder/panel';
import type { RunInfo } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import { isLive, progressText } from '../runs/describeRun.ts';
import type { RunStore } from '../runs/runStore.ts';
import { throttled } from './throttled.ts';

/** Step, loss and speed of what trains, newest first; a click opens its metrics. */
export function createStatusBar(runs: RunStore): vscode.Disposable {
  const item = vscode.window.createStatusBarItem(
    'deepcoder.run',
    vscode.StatusBarAlignment.Left,
    5,
  );
  item.name = vscode.l10n.t('DeepCoder Training');
  const update = () => {
    const live = runs.all().filter(({ status }) => isLive(status));
    const [run] = live;
    if (run === undefined) {
      item.hide();
      return;
    }
    item.text = statusBarText(run, live.length);
    item.tooltip = live.map((one) => `${one.name}: ${progressText(one)}`).join('\n');
    item.accessibilityInformation = { label: vscode.l10n.t('Training {0}', item.tooltip) };
    item.command = {
      command: 'deepcoder.openMetrics',
      title: vscode.l10n.t('Open Metrics'),
      arguments: [{ type: 'run', run }],
    };
    item.show();
  };
  const seldom = throttled(update, 1000);
  return vscode.Disposable.from(item, seldom, runs.onChange(seldom));
}

function statusBarText(run: RunInfo, count: number): string {
  const { step, totalSteps, loss, tokensPerSecond, status } = run;
  const parts = [
    `$(${status === 'paused' ? 'debug-pause' : 'sync~spin'}) ${run.name}`,
    totalSteps > 0 ? `${formatNumber(step)}/${formatNumber(totalSteps)}` : null,
    loss === null ? null : vscode.l10n.t('loss {0}', formatNumber(loss)),
    tokensPerSecond === null ? null : `${formatNumber(Math.round(tokensPerSecond))} tok/s`,
    count > 1 ? `+${count - 1}` : null,
  ];
  return parts.filter((part) => part !== null).join('  ');
}
