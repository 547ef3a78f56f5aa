import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import {
  formatNumber,
  formatSeconds,
  seriesFromRecords,
  type Fact,
  type Run,
} from '@deepcoder/panel';
import { parsePlayFile, type PlayFile, type RunFile } from '@deepcoder/trainer-protocol';
import { isLive, readLinks, readRun } from '@deepcoder/trainer-protocol/node';
import { type MetricsProblem, parseMetrics } from '@deepcoder/vocabulary';
import { episodeSpans } from './episodeSpans.ts';

/** A run folder as the page shows it. Only `run.json` must be there; what else is missing is left out. */
export async function readReportRun(folder: string): Promise<Run> {
  const found = await readRun(folder);
  if ('problem' in found) {
    throw new DeepCoderError(
      'report/no-run',
      `report of ${folder}: ${found.problem}; name the folder of a run`,
      { exitCode: 3 },
    );
  }
  const { run, status } = found;
  const [metricsText, config, playText, links] = await Promise.all([
    readIfThere(path.join(folder, 'metrics.jsonl')),
    readIfThere(path.join(folder, 'config.yaml')),
    readIfThere(path.join(folder, 'play.json')),
    readLinks(folder),
  ]);
  const metrics = parseMetrics(metricsText ?? '');
  const play = readPlay(playText);
  return {
    id: run.id,
    name: run.name,
    state: status,
    error: run.error?.message ?? null,
    facts: [
      ...runFacts(run, isLive(status)),
      ...links.map(({ label, url }) => ({ label, value: 'Open', href: url })),
    ],
    config: config ?? '',
    series: seriesFromRecords(metrics.records),
    play: play.value?.rows ?? [],
    episodes: (play.value?.episodes ?? []).map((episode) => ({
      ...episode,
      spans: episodeSpans(episode.text),
    })),
    problems: [...play.problems, ...metricsProblems(metrics.problems)],
  };
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function readPlay(text: string | null): { value: PlayFile | null; problems: string[] } {
  if (text === null) return { value: null, problems: [] };
  const parsed = parsePlayFile(text);
  return 'value' in parsed
    ? { value: parsed.value, problems: [] }
    : { value: null, problems: [`play.json: ${parsed.problem}`] };
}

/** One sentence, however many lines are bad. */
function metricsProblems(problems: readonly MetricsProblem[]): string[] {
  const [first] = problems;
  if (first === undefined) return [];
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more lines)`;
  return [`metrics.jsonl, line ${first.line}: ${first.message}${more}; left out`];
}

function runFacts(run: RunFile, live: boolean): Fact[] {
  const { progress, best, versions, gitCommit, seed } = run;
  const end = run.endedAt ?? run.updatedAt;
  const seconds = (Date.parse(end) - Date.parse(run.startedAt)) / 1000;
  const versionText = Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
  const facts: [string, string | null][] = [
    ['Started', `${run.startedAt.slice(0, 16).replace('T', ' ')} UTC`],
    [live ? 'Running for' : 'Took', formatSeconds(seconds)],
    ['Steps', `${formatNumber(progress.step)} of ${formatNumber(progress.totalSteps)}`],
    ['Tokens seen', formatNumber(progress.tokensSeen)],
    [
      `Best ${best?.metric ?? ''}`,
      best === null ? null : `${formatNumber(best.value)} at step ${formatNumber(best.step)}`,
    ],
    ['Computed on', run.fingerprints.executor],
    ['Seed', String(seed)],
    ['Commit', gitCommit?.slice(0, 10) ?? null],
    ['Versions', versionText === '' ? null : versionText],
  ];
  return facts.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]));
}
