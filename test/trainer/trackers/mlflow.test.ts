import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { formatMetricsLine, type MetricsRecord } from '@deepcoder/vocabulary';
import { expect, test } from 'vitest';
import { random } from '../../../trainer/src/engine/random.ts';
import { mlflowTracker } from '../../../trainer/src/trackers/mlflow.ts';
import {
  mlflowAuthorization,
  openMlflowClient,
} from '../../../trainer/src/trackers/mlflowClient.ts';
import { checkTrackers } from '../../../trainer/src/trackers/openTrackers.ts';
import { trackedRun } from '../../../trainer/src/trackers/tracker.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { fakeMlflow } from './fakeMlflow.ts';

const SECRET = 'sesame-7c1f';
const ENV = { MLFLOW_TRACKING_TOKEN: SECRET };
const CONFIG = 'run: {name: n, seed: 3}\ndata: {train: [a, b]}\n';

const train = (step: number): MetricsRecord => ({
  ...{ step, tokensSeen: step, time: 1e9 + step },
  values: { 'train/loss': 1 / step, 'train/odd': Number.NaN },
});
const held = (step: number): MetricsRecord => ({
  ...{ step, tokensSeen: step, time: 1e9 + step, values: { 'eval/loss': step } },
});

/** A run's folder with a tracker; records go into `metrics.jsonl` first, as in a run. */
async function tracked(url: string, folder = temporaryFolder(), patienceMs = 20_000) {
  const told: string[] = [];
  const report = (text: string) => told.push(text);
  const run = await trackedRun(folder, { configText: CONFIG, report, now: () => 1e12 });
  const client = openMlflowClient(url, await mlflowAuthorization(ENV, folder));
  const tracker = mlflowTracker(run, {
    client,
    experiment: 'e',
    report: true,
    patienceMs,
    firstPauseMs: 2,
  });
  const file = path.join(folder, 'metrics.jsonl');
  appendFileSync(file, '');
  await tracker.open();
  const write = (record: MetricsRecord) => {
    appendFileSync(file, formatMetricsLine(record));
    void tracker.write(record);
  };
  return { folder, file, tracker, write, told };
}

const keysOf = (metrics: readonly { key: string; step: number }[]) =>
  metrics.map(({ key, step }) => `${key} ${step}`);
const expected = (steps: number) =>
  Array.from({ length: steps }, (_, i) => i + 1).flatMap((step) => [
    ...[`train/loss ${step}`, `train/odd ${step}`],
    ...(step % 10 === 0 ? [`eval/loss ${step}`] : []),
  ]);

async function writeSteps(write: (record: MetricsRecord) => void, from: number, to: number) {
  for (let step = from; step <= to; step++) {
    write(train(step));
    if (step % 10 === 0) write(held(step));
    if (step % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** All that lies in a folder, as one text. */
function everything(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

test('parameters, every metric once, state and report arrive; the key stays where it was', async () => {
  const server = await fakeMlflow();
  const { folder, tracker, write, told } = await tracked(server.url);
  await writeSteps(write, 1, 600);
  await tracker.close('finished');
  const report = path.join(folder, 'report.html');
  writeFileSync(report, 'the report');
  await tracker.attach(report);
  expect(keysOf(server.metrics)).toEqual(expected(600));
  expect(server.metrics[1]).toMatchObject({ key: 'train/odd', value: 'NaN' });
  expect(Object.fromEntries(server.params)).toEqual({
    ...{ 'run.name': 'n', 'run.seed': '3', 'data.train': '["a","b"]' },
  });
  expect(server.status()).toBe('FINISHED');
  expect([...server.files.values()].map(String)).toEqual(['the report']);
  expect([...server.authorizations]).toEqual([`Bearer ${SECRET}`]);
  expect(everything(folder) + told.join()).not.toContain(SECRET);
  expect(everything(folder)).toContain(`${server.url}/#/experiments/1/runs/run1`);
});

test('outages, cut connections and lost answers: every metric once', async () => {
  const server = await fakeMlflow();
  const chance = random(11, 0, 0);
  let faults = 0;
  server.behave(() => {
    const at = chance();
    if (at < 0.7) return 'answer';
    faults++;
    return at < 0.8 ? 'busy' : at < 0.9 ? 'cut' : 'lost';
  });
  const { tracker, write } = await tracked(server.url);
  let step = 0;
  while (faults < 12) {
    await writeSteps(write, step + 1, step + 10);
    step += 10;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  server.behave(() => 'answer');
  await tracker.close('finished');
  expect(keysOf(server.metrics)).toEqual(expected(step));
  expect(server.runs()).toBe(1);
}, 60_000);

test('a server that is not there holds nothing up; another time the rest is sent, once', async () => {
  const server = await fakeMlflow();
  const first = await tracked(server.url, temporaryFolder(), 50);
  await writeSteps(first.write, 1, 20);
  while (server.metrics.length < expected(20).length) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  server.behave(() => 'cut');
  const began = performance.now();
  for (let step = 21; step <= 40; step++) first.write(train(step));
  expect(performance.now() - began).toBeLessThan(1000);
  const outages = () => first.told.filter((text) => text.includes('cannot be reached'));
  while (outages().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await first.tracker.close('failed');
  expect(outages()).toHaveLength(1);
  expect(first.told.at(-1)).toContain('deepcoder track');
  server.behave(() => 'answer');
  // The run goes on from step 10: what came after is written again.
  const kept = readFileSync(first.file, 'utf8').split('\n').slice(0, 11);
  writeFileSync(first.file, `${kept.join('\n')}\n`);
  const second = await tracked(server.url, first.folder);
  await writeSteps(second.write, 11, 50);
  await second.tracker.close('finished');
  expect(keysOf(server.metrics)).toEqual(expected(50));
  expect(server.runs()).toBe(1);
}, 60_000);

test('a refusal is reported and not tried again', async () => {
  const server = await fakeMlflow();
  server.behave(() => 'refuse');
  const { tracker, write, told } = await tracked(server.url);
  write(train(1));
  await tracker.close('finished');
  await tracker.attach(null);
  expect(server.requests()).toBe(1);
  expect(told[0]).toBe(
    'MLflow takes no more metrics of this run: mlflow/experiments/get-by-name answered 401 NO: no',
  );
});

test.each([
  [null, {}, 'MLFLOW_TRACKING_URI'],
  ['sqlite:///x.db', {}, 'http://'],
  ['http://me:secret@host', {}, 'MLFLOW_TRACKING_PASSWORD'],
])('the address %s is refused before a run is made', (url, env, words) => {
  const log = { every: 1, tensorboard: false, wandb: null };
  const mlflow = { url, experiment: 'e', report: true };
  expect(() => {
    checkTrackers({ log: { ...log, mlflow } }, env);
  }).toThrow(words);
});
