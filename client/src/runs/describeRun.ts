import { formatNumber, formatSeconds } from '@deepcoder/panel';
import type { RunInfo } from '@deepcoder/server-protocol';
import { l10n } from 'vscode';

/** The groups of the Runs view, in its order. */
export type RunGroup = 'live' | 'interrupted' | 'finished';

export function groupOf({ status }: RunInfo): RunGroup {
  if (isLive(status) || status === 'remote') return 'live';
  return status === 'finished' ? 'finished' : 'interrupted';
}

export function isLive(status: RunInfo['status']): boolean {
  return status === 'starting' || status === 'running' || status === 'paused';
}

/** Its part of a menu's `when` clause: what can be done with the run. */
export function contextOf({ status }: RunInfo): string {
  if (status === 'paused') return 'run.paused';
  if (isLive(status)) return 'run.running';
  return status === 'remote' || status === 'finished' ? `run.${status}` : 'run.interrupted';
}

/** `step 120 of 800 · loss 1.23 · 2 min left` */
export function progressText(run: RunInfo): string {
  const { status, secondsLeft } = run;
  const left =
    isLive(status) && secondsLeft !== null ? l10n.t('{0} left', formatSeconds(secondsLeft)) : '';
  const parts = [status === 'running' ? '' : statusText(status), amountText(run), left];
  return parts.filter((part) => part !== '').join(' · ');
}

/** How far it came, and to which loss. */
export function amountText({ step, totalSteps, loss }: RunInfo): string {
  const parts = [
    totalSteps > 0 ? `${formatNumber(step)}/${formatNumber(totalSteps)}` : null,
    loss === null ? null : l10n.t('loss {0}', formatNumber(loss)),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

export function statusText(status: RunInfo['status']): string {
  return {
    starting: l10n.t('starting'),
    running: l10n.t('running'),
    paused: l10n.t('paused'),
    finished: l10n.t('finished'),
    stopped: l10n.t('stopped'),
    failed: l10n.t('failed'),
    crashed: l10n.t('crashed'),
    remote: l10n.t('on another machine'),
    unreadable: l10n.t('cannot be read'),
  }[status];
}

/** A codicon and a theme colour for a state. */
export function statusIcon(status: RunInfo['status']): [icon: string, colour: string | null] {
  const icons: Record<RunInfo['status'], [string, string | null]> = {
    starting: ['loading~spin', null],
    running: ['sync~spin', 'charts.blue'],
    paused: ['debug-pause', 'charts.yellow'],
    finished: ['pass', 'testing.iconPassed'],
    stopped: ['debug-stop', null],
    failed: ['error', 'testing.iconFailed'],
    crashed: ['warning', 'testing.iconFailed'],
    remote: ['remote', null],
    unreadable: ['question', 'testing.iconFailed'],
  };
  return icons[status];
}
