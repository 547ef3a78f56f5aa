import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { formatRunFile, PROTOCOL_VERSION } from '@deepcoder/trainer-protocol';
import { processStart } from '@deepcoder/trainer-protocol/node';
import {
  encodeMetricsIndex,
  formatMetricsLine,
  type MetricsRecord,
  toColumns,
} from '@deepcoder/vocabulary';

/** A run that this process trains, as the trainer writes it. */
export function liveRun(folder: string, name: string): string {
  const run = path.join(folder, 'runs', name);
  mkdirSync(run, { recursive: true });
  const now = new Date().toISOString();
  const file = formatRunFile({
    ...{ protocolVersion: PROTOCOL_VERSION, id: name, name, state: 'running', host: hostname() },
    ...{ pid: process.pid, processStart: processStart(process.pid), startedAt: now },
    ...{ updatedAt: now, endedAt: null, seed: 1, versions: {}, gitCommit: null },
    ...{
      fingerprints: { config: '', data: [], models: [], executor: null },
      control: null,
      threads: 1,
    },
    ...{ progress: { step: 0, totalSteps: 1000, tokensSeen: 0 }, best: null, error: null },
  });
  writeFileSync(path.join(run, 'run.json'), file);
  writeFileSync(path.join(run, 'metrics.jsonl'), '');
  return run;
}

export const recordAt = (
  step: number,
  names: readonly string[],
  valueOf: (step: number, metric: number) => number,
): MetricsRecord => ({
  ...{ step, tokensSeen: step * 512, time: 1.7e9 + step / 10 },
  values: Object.fromEntries(names.map((name, metric) => [name, valueOf(step, metric)])),
});

/** Gives a run a history, with its columnar index. */
export function writeHistory(run: string, records: readonly MetricsRecord[]): void {
  const text = records.map(formatMetricsLine).join('');
  writeFileSync(path.join(run, 'metrics.jsonl'), text);
  const index = encodeMetricsIndex({ columns: toColumns(records), coveredBytes: text.length });
  writeFileSync(path.join(run, 'metrics.index'), index);
}

/** One more line, as a trainer appends it. */
export function lineOf(record: MetricsRecord): string {
  return formatMetricsLine(record);
}
