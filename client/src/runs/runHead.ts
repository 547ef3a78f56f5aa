import { formatNumber, formatSeconds, type Fact, type RunHead } from '@deepcoder/panel';
import type { Played, RunInfo } from '@deepcoder/server-protocol';
import { l10n } from 'vscode';
import { canResume, endText, isLive } from './describeRun.ts';

/** A run as the page of metrics shows it, without its metrics. */
export function runHead(
  run: RunInfo,
  { name, config, played }: { name: string; config: string; played: Played | null },
): RunHead {
  const { status, problem, lastLines } = run;
  return {
    id: run.folder,
    name,
    state: status,
    error: endText(run),
    log: lastLines,
    canResume: canResume(run),
    facts: facts(run),
    config,
    play: played?.rows ?? [],
    episodes: played?.episodes ?? [],
    problems: [problem, played?.problem ?? null].filter((text) => text !== null),
  };
}

function facts(run: RunInfo): Fact[] {
  const { startedAt, endedAt, updatedAt, best, seed, secondsLeft, tokensPerSecond } = run;
  const live = isLive(run.status);
  const end = endedAt ?? updatedAt;
  const entries: [string, string | null][] = [
    [l10n.t('Started'), startedAt === null ? null : new Date(startedAt).toLocaleString()],
    [
      live ? l10n.t('Running for') : l10n.t('Took'),
      startedAt === null || end === null
        ? null
        : formatSeconds((Date.parse(end) - Date.parse(startedAt)) / 1000),
    ],
    [l10n.t('Steps'), l10n.t('{0} of {1}', formatNumber(run.step), formatNumber(run.totalSteps))],
    [l10n.t('Left'), live && secondsLeft !== null ? formatSeconds(secondsLeft) : null],
    [l10n.t('Tokens seen'), formatNumber(run.tokensSeen)],
    [
      l10n.t('Tokens per second'),
      live && tokensPerSecond !== null ? formatNumber(Math.round(tokensPerSecond)) : null,
    ],
    [
      l10n.t('Best {0}', best?.metric ?? ''),
      best === null
        ? null
        : l10n.t('{0} at step {1}', formatNumber(best.value), formatNumber(best.step)),
    ],
    [l10n.t('Computes on'), run.executor],
    [l10n.t('Seed'), seed === null ? null : String(seed)],
  ];
  const known = entries.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]));
  return [
    ...known,
    ...run.links.map(({ label, url }) => ({ label, value: l10n.t('Open'), href: url })),
  ];
}
