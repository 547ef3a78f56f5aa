import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import {
  runsAttach,
  runsChanged,
  runsCheckpoint,
  runsContinue,
  runsDelete,
  runsList,
  runsLog,
  runsMetricsNotification,
  runsPause,
  runsResume,
  runsStart,
  runsStop,
  type LaunchResult,
  type RunInfo,
} from '@deepcoder/server-protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeRecords } from '@deepcoder/vocabulary';
import { buildProgram, PATIENCE_MS } from '../../support/deepcoderProgram.ts';
import {
  eventually,
  startLanguageServer,
  type LanguageServer,
} from '../../support/languageServer.ts';
import { metricsOf, workshop, writeConfig } from '../../support/workshop.ts';

let folder: string;
let server: LanguageServer;

beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  server = await startLanguageServer({ folder });
}, PATIENCE_MS);

afterAll(async () => {
  await server.end();
  rmSync(folder, { recursive: true, force: true });
});

function endless(name: string): string {
  const text = `run: {name: ${name}}\ntrain: {steps: 100000}\neval: {every: 0}\ncheckpoints: {every: 0}\n`;
  return path.join(folder, writeConfig(folder, `${name}.yaml`, text));
}

function runOf(result: LaunchResult): RunInfo {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.run;
}

/** The newest that the server has told of a run. */
function lastTold(run: RunInfo, from: LanguageServer = server): RunInfo | undefined {
  const all = from.heard(runsChanged.method).flatMap((params) => {
    return runsChanged.params.parse(params).runs;
  });
  return all.findLast((told) => told.folder === run.folder);
}

/** Checks what came of the metrics against the sequence, and gives the steps of a run. */
function stepsTold(folder: string, rowsBefore: number, from: LanguageServer = server): number[] {
  const messages = from
    .heard(runsMetricsNotification.method)
    .map((params) => runsMetricsNotification.params.parse(params));
  messages.forEach(({ sequence }, index) => expect(sequence).toBe(index + 1));
  const batches = messages.flatMap(({ runs }) => runs).filter((run) => run.folder === folder);
  let rows = rowsBefore;
  for (const { firstRow, news } of batches) {
    if (firstRow < rows) continue;
    expect(firstRow).toBe(rows);
    rows += news.records.length;
  }
  return batches.flatMap(({ news }) => decodeRecords(news).map(({ step }) => step));
}

test(
  'a run is started, followed without a gap, paused, goes on, writes a checkpoint, stops, goes on and is removed',
  async () => {
    const run = runOf(await server.ask(runsStart, { config: endless('main') }));
    expect(run).toMatchObject({ name: 'main', status: 'starting' });
    const { history } = await server.ask(runsAttach, { folder: run.folder });
    await eventually(() => stepsTold(run.folder, history.rows).length > 5);

    const paused = await server.ask(runsPause, { folder: run.folder });
    expect(paused).toMatchObject({ ok: true, run: { status: 'paused' } });
    const written = metricsOf(run.folder).map(({ step }) => step);
    const all = await eventually(() => {
      const told = stepsTold(run.folder, history.rows);
      return told.length + history.rows >= written.length && told;
    });
    expect(all).toEqual(written.slice(history.rows));

    expect(await server.ask(runsCheckpoint, { folder: run.folder })).toMatchObject({
      ok: true,
      run: { checkpoints: [written.at(-1)] },
    });
    expect(await server.ask(runsDelete, { folder: run.folder })).toMatchObject({
      ok: false,
      message: 'it is paused; stop it first',
    });
    expect(await server.ask(runsContinue, { folder: run.folder })).toMatchObject({ ok: true });
    expect(await server.ask(runsStop, { folder: run.folder })).toMatchObject({ ok: true });
    await eventually(() => lastTold(run)?.status === 'stopped');
    expect(await server.ask(runsPause, { folder: run.folder })).toMatchObject({
      ok: false,
      message: expect.stringContaining('not running (stopped)') as string,
    });

    const again = runOf(await server.ask(runsResume, { folder: run.folder }));
    expect(again).toMatchObject({ folder: run.folder });
    await eventually(() => lastTold(run)?.status === 'running');
    await server.ask(runsStop, { folder: run.folder });
    await eventually(() => lastTold(run)?.status === 'stopped');
    const { lines } = await server.ask(runsLog, { folder: run.folder, lines: 50 });
    expect(lines.join('\n')).toContain('executor onnx');

    expect(await server.ask(runsDelete, { folder: run.folder })).toMatchObject({ ok: true });
    expect(existsSync(run.folder)).toBe(false);
    const gone = server.heard(runsChanged.method).map((params) => runsChanged.params.parse(params));
    expect(gone.at(-1)?.removed).toEqual([run.folder]);
  },
  PATIENCE_MS,
);

test(
  'training outlives the server; another one finds the run with its whole history',
  async () => {
    const first = await startLanguageServer({ folder });
    const run = runOf(await first.ask(runsStart, { config: endless('alone') }));
    await first.end();
    const steps = metricsOf(run.folder).length;
    await eventually(() => metricsOf(run.folder).length > steps + 3);

    const { runs } = await server.ask(runsList, {});
    expect(runs.find((found) => found.folder === run.folder)).toMatchObject({ status: 'running' });
    const { history, config } = await server.ask(runsAttach, { folder: run.folder });
    expect(history.rows).toBeGreaterThan(steps);
    expect(config).toContain('name: alone');
    const count = Buffer.from(history.columns.step, 'base64').length / 8;
    expect(count).toBe(history.rows);
    await eventually(() => stepsTold(run.folder, history.rows).length > 2);
    await server.ask(runsStop, { folder: run.folder });
  },
  PATIENCE_MS,
);

test(
  'a trainer that is killed is told as crashed within a second, with its last lines',
  async () => {
    const run = runOf(await server.ask(runsStart, { config: endless('dies') }));
    const live = await eventually(() => {
      const told = lastTold(run);
      return told !== undefined && told.status === 'running' && told;
    });
    const killedAt = Date.now();
    process.kill(live.pid, 'SIGKILL');
    const crashed = await eventually(() => {
      const told = lastTold(run);
      return told !== undefined && told.status === 'crashed' && told;
    });
    // The machine may be busy; on a quiet one it is half of that.
    expect(Date.now() - killedAt).toBeLessThan(5000);
    expect(crashed.lastLines.join('\n')).toContain('executor onnx');
  },
  PATIENCE_MS,
);

test(
  'what cannot be started is said in words, and leaves nothing behind',
  async () => {
    const start = (name: string, text: string) =>
      server.ask(runsStart, { config: path.join(folder, writeConfig(folder, name, text)) });

    expect(await start('typo.yaml', 'train: {stepz: 3}\n')).toMatchObject({
      ok: false,
      code: 'check',
      problems: [
        {
          code: 'config/unknown-key',
          message: expect.stringContaining('did you mean train.steps?') as string,
        },
      ],
    });
    expect(await start('nodata.yaml', 'data: {train: [gone/*.jsonl]}\n')).toMatchObject({
      ok: false,
      code: 'check',
      problems: [
        {
          code: 'disk/data',
          message: expect.stringContaining('no file matches gone/*.jsonl') as string,
        },
      ],
    });
    // The trainer itself finds out that nothing would be learnt.
    const nothing = 'data: {max_length: 2, truncate: drop}\nrun: {dir: elsewhere}\n';
    expect(await start('nothing.yaml', nothing)).toMatchObject({
      ok: false,
      code: 'no-training-data',
      message: expect.stringContaining('no record is left to train on') as string,
    });
    expect(existsSync(path.join(folder, 'elsewhere', '.launch'))).toBe(false);
  },
  PATIENCE_MS,
);

test(
  'nothing is started in a workspace that is not trusted, but its runs are shown',
  async () => {
    const careful = await startLanguageServer({ folder, trusted: false });
    const config = endless('never');
    expect(await careful.ask(runsStart, { config })).toMatchObject({
      ok: false,
      code: 'untrusted',
    });
    const { runs } = await careful.ask(runsList, {});
    expect(runs.map(({ name }) => name)).not.toContain('never');
    expect(runs.length).toBeGreaterThan(0);
    await careful.end();
  },
  PATIENCE_MS,
);

test(
  'a Node that is not there is named',
  async () => {
    const nodePath = path.join(folder, 'no-node');
    const wrong = await startLanguageServer({ folder, settings: { trainer: { nodePath } } });
    const result = await wrong.ask(runsStart, { config: endless('nonode') });
    expect(result).toMatchObject({
      ok: false,
      message: expect.stringContaining('no-node') as string,
    });
    await wrong.end();
  },
  PATIENCE_MS,
);
