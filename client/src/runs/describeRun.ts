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

/** `120/800 · loss 1.23 · 2:10 min left` */
export function progressText(run: RunInfo): string {
  return joined([liveState(run), amountText(run), leftText(run)]);
}

/** The same where there is little room: of one that trains only its loss and how long it still takes. */
export function rowText(run: RunInfo): string {
  // Its group says that it has finished.
  if (run.status === 'finished') return amountText(run);
  if (!isLive(run.status) || run.loss === null) return progressText(run);
  const left = run.secondsLeft === null ? '' : formatSeconds(run.secondsLeft);
  return joined([liveState(run), lossText(run), left]);
}

/** How far it came, and to which loss. */
export function amountText(run: RunInfo): string {
  const { step, totalSteps } = run;
  const steps = totalSteps > 0 ? `${formatNumber(step)}/${formatNumber(totalSteps)}` : '';
  return joined([steps, lossText(run)]);
}

function liveState({ status }: RunInfo): string {
  return status === 'running' ? '' : statusText(status);
}

function lossText({ loss }: RunInfo): string {
  return loss === null ? '' : l10n.t('loss {0}', formatNumber(loss));
}

function leftText({ status, secondsLeft }: RunInfo): string {
  if (!isLive(status) || secondsLeft === null) return '';
  return l10n.t('{0} left', formatSeconds(secondsLeft));
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
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
