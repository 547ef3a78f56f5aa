import { formatNumber, formatSeconds } from '@deepcoder/panel';
import type { RunInfo } from '@deepcoder/server-protocol';
import { env, l10n } from 'vscode';

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

/** The same where there is little room. */
export function rowText(run: RunInfo): string {
  // Its group says that it has finished.
  if (run.status === 'finished') return amountText(run);
  if (!isLive(run.status) || run.loss === null) return progressText(run);
  const left = run.secondsLeft === null ? '' : formatSeconds(run.secondsLeft);
  return joined([liveState(run), stepsText(run), lossText(run), left]);
}

/** Its name, and when it began where others have the same name. */
export function distinctName(run: RunInfo, all: readonly RunInfo[]): string {
  const isAlone = all.every(({ name, folder }) => name !== run.name || folder === run.folder);
  return isAlone || run.startedAt === null ? run.name : `${run.name} ${shortTime(run.startedAt)}`;
}

/** Of today by the clock, else with the day; as people here write it. */
function shortTime(iso: string): string {
  const time = new Date(iso);
  const isToday = time.toDateString() === new Date().toDateString();
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  return isToday
    ? time.toLocaleTimeString(env.language, clock)
    : time.toLocaleString(env.language, { ...clock, month: 'short', day: 'numeric' });
}

/** Why it ended badly, and from where it could go on; null where it did not. */
export function endText(run: RunInfo): string | null {
  const { status, error, problem, checkpoints } = run;
  if (status !== 'failed' && status !== 'crashed') return error?.message ?? null;
  const silence = status === 'crashed' ? l10n.t('It ended without a word (killed?).') : null;
  const why = error?.message ?? problem ?? silence ?? l10n.t('It says no reason.');
  const newest = checkpoints.at(-1);
  const rest =
    newest === undefined
      ? l10n.t('There is no checkpoint.')
      : l10n.t('Its newest checkpoint is of step {0}.', formatNumber(newest));
  // Messages of the trainer end without a full stop.
  return `${why}${why.endsWith('.') ? '' : '.'} ${rest}`;
}

/** Whether there is something to go on from. */
export function canResume(run: RunInfo): boolean {
  return contextOf(run) === 'run.interrupted' && run.checkpoints.length > 0;
}

/** How far it came, and to which loss. */
export function amountText(run: RunInfo): string {
  return joined([stepsText(run), lossText(run)]);
}

function stepsText({ step, totalSteps }: RunInfo): string {
  return totalSteps > 0 ? `${formatNumber(step)}/${formatNumber(totalSteps)}` : '';
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
