import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { runsMetricsNotification } from '@deepcoder/server-protocol';
import { decodeRecords } from '@deepcoder/vocabulary';
import { type Bench, type BenchRow, quantile } from './bench.ts';
import { lineOf, liveRun, recordAt, writeHistory } from './benchRuns.ts';
import { startServerClient } from './serverClient.ts';

export const runBenches: Bench[] = [
  { name: 'runs live', run: liveTimes },
  { name: 'runs history', run: historyTimes },
];

const LIVE_SECONDS = 6;
const STEPS_A_SECOND = 50;
const HISTORY_STEPS = 100_000;
const METRICS = 25;
const RUNS = 20;

const NAMES = Array.from({ length: METRICS }, (_, i) => `train/m${i}`);
const record = (step: number) => recordAt(step, NAMES, (at, metric) => Math.sin(at / (metric + 7)));

/** From the line in the file to the client, while a run makes 50 steps a second. */
async function liveTimes(): Promise<BenchRow[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'deepcoder-bench-'));
  const run = liveRun(folder, 'live');
  const client = await startServerClient('server', folder);
  const writtenAt: number[] = [];
  const times: number[] = [];
  let messages = 0;
  client.hear(runsMetricsNotification.method, (params) => {
    messages += 1;
    for (const { news } of runsMetricsNotification.params.parse(params).runs) {
      for (const { step } of decodeRecords(news)) times.push(performance.now() - writtenAt[step]!);
    }
  });
  await client.ask('deepcoder/runs/attach', { folder: run });
  const steps = LIVE_SECONDS * STEPS_A_SECOND;
  for (let step = 0; step < steps; step += 1) {
    writtenAt.push(performance.now());
    appendFileSync(path.join(run, 'metrics.jsonl'), lineOf(record(step)));
    await setTimeout(1000 / STEPS_A_SECOND);
  }
  const took = (performance.now() - writtenAt[0]!) / 1000;
  for (let tries = 0; times.length < steps && tries < 100; tries += 1) await setTimeout(20);
  await client.end();
  rmSync(folder, { recursive: true });
  const value = quantile(times, 0.95);
  return [
    {
      name: 'runs: a metric to the client at 50 steps/s, 95th percentile',
      value,
      unit: 'ms',
      atMost: 200,
    },
    { name: 'runs: metrics that got lost', value: steps - times.length, unit: '', atMost: 0 },
    { name: 'runs: messages a second', value: messages / took, unit: '1/s', atMost: 20 },
  ];
}

/** Opening long runs, thinned out for a chart. */
async function historyTimes(): Promise<BenchRow[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'deepcoder-bench-'));
  const run = liveRun(folder, 'long');
  writeHistory(
    run,
    Array.from({ length: HISTORY_STEPS }, (_, step) => record(step)),
  );
  const client = await startServerClient('server', folder);
  const began = performance.now();
  for (let i = 0; i < RUNS; i += 1) {
    await client.ask('deepcoder/runs/attach', { folder: run, maxPoints: 2000 });
  }
  const value = performance.now() - began;
  await client.end();
  rmSync(folder, { recursive: true });
  const name = `runs: history of ${RUNS} runs of ${HISTORY_STEPS} steps, ${METRICS} metrics each`;
  return [{ name, value, unit: 'ms', atMost: 2000 }];
}
