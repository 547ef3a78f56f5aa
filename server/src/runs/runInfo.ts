import { own } from '@deepcoder/vocabulary';
import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { RunInfo } from '@deepcoder/server-protocol';
import type { RunFile, RunStatus } from '@deepcoder/trainer-protocol';
import { readLinks, readRun, type StartOf } from '@deepcoder/trainer-protocol/node';
import type { MetricsRecord } from '@deepcoder/vocabulary';
import { lastRecords } from './metricsTail.ts';
import { runLines } from './runOutput.ts';

/** Lines that tell why a run ended badly. */
const TOLD_LINES = 20;

/** A run's folder as lists show it; an unreadable one with the reason. */
export async function readRunInfo(folder: string, startOf?: StartOf): Promise<RunInfo> {
  const summary = await readRun(folder, startOf);
  if ('problem' in summary) return unreadable(folder, summary.problem);
  const { run, status } = summary;
  const [records, checkpoints, hasBest, hasReport, links] = await Promise.all([
    lastRecords(folder),
    checkpointSteps(folder),
    isThere(path.join(folder, 'best')),
    isThere(path.join(folder, 'report.html')),
    readLinks(folder),
  ]);
  const isBad = status === 'failed' || status === 'crashed';
  return {
    ...fileFacts(folder, run, status),
    ...latest(records, run.progress.step),
    checkpoints,
    hasBest,
    hasReport,
    links,
    lastLines: isBad ? await runLines(folder, TOLD_LINES) : [],
  };
}

function fileFacts(folder: string, run: RunFile, status: RunStatus) {
  const { id, name, startedAt, updatedAt, endedAt, progress, best, error } = run;
  const { totalSteps, tokensSeen } = progress;
  const { host, pid, seed } = run;
  const { executor } = run.fingerprints;
  return {
    ...{ folder, id, name, status, problem: null, startedAt, updatedAt, endedAt, totalSteps },
    ...{ tokensSeen, best, error, host, pid, seed, executor },
  };
}

/** `run.json` is renewed once a second, the metrics with every step. */
function latest(records: readonly MetricsRecord[], step: number) {
  const last = (name: string): number | null => {
    const found = records.findLast(({ values }) => own(values, name) !== undefined);
    const value = found === undefined ? undefined : own(found.values, name);
    return value === undefined || !Number.isFinite(value) ? null : value;
  };
  return {
    step: Math.max(step, records.at(-1)?.step ?? 0),
    loss: last('train/loss'),
    tokensPerSecond: last('train/tokens_per_second'),
    secondsLeft: last('train/seconds_left'),
  };
}

function unreadable(folder: string, problem: string): RunInfo {
  const id = path.basename(folder);
  const nothing = { startedAt: null, updatedAt: null, endedAt: null, best: null, error: null };
  const unknown = { loss: null, tokensPerSecond: null, secondsLeft: null, seed: null };
  return {
    ...{ folder, id, name: id, status: 'unreadable', problem, ...nothing, ...unknown },
    ...{ step: 0, totalSteps: 0, tokensSeen: 0, host: '', pid: 0, executor: null },
    ...{ checkpoints: [], hasBest: false, hasReport: false, links: [], lastLines: [] },
  };
}

async function checkpointSteps(folder: string): Promise<number[]> {
  const names = await readdir(path.join(folder, 'checkpoints')).catch((): string[] => []);
  const steps = names.flatMap((name) => /^step-(\d{6,})$/.exec(name)?.[1] ?? []);
  return steps.map(Number).sort((a, b) => a - b);
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
