import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { resolvedText } from '@deepcoder/config';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { load, MINIMAL } from '../../configs/loadHelper.ts';
import { openRun } from '../../../trainer/src/run/openRun.ts';
import type { OpenRunOptions } from '../../../trainer/src/run/openRunOptions.ts';
import { listRuns, readRun } from '@deepcoder/trainer-protocol/node';
import { readMakings } from '../../../trainer/src/run/readMakings.ts';
import { temporaryFolder } from './startWorker.ts';

// Live runs leave notes in the temporary folder; those of other programs and tests count for nothing here.
const temporary = await vi.hoisted(async () => {
  const [fs, { tmpdir }] = await Promise.all([import('node:fs'), import('node:os')]);
  const folder = fs.mkdtempSync(`${tmpdir()}/deepcoder-`);
  process.env['TMPDIR'] = folder;
  return folder;
});
afterAll(() => rm(temporary, { recursive: true, force: true }));

async function optionsFor(change: Partial<OpenRunOptions> = {}): Promise<OpenRunOptions> {
  return {
    folder: await temporaryFolder(),
    name: 'n',
    configText: 'run: {}\n',
    seed: 3,
    versions: { deepcoder: '1' },
    gitCommit: null,
    fingerprints: { config: '', data: [], models: [], executor: null },
    totalSteps: 10,
    threads: 2,
    tensorboard: false,
    clock: () => new Date(),
    ...change,
  };
}

async function fileOf(folder: string) {
  const summary = await readRun(folder);
  if ('problem' in summary) throw new Error(summary.problem);
  return summary;
}

const saveCheckpoint = () => Promise.resolve('checkpoint');

describe('openRun', () => {
  it('begins as starting, runs from the first step on, and ends as it is told', async () => {
    const options = await optionsFor();
    const { folder } = options;
    const run = await openRun(options);
    expect(run.threads).toBe(2);
    expect((await fileOf(folder)).status).toBe('starting');
    expect(await run.betweenSteps({ step: 1, tokensSeen: 5, saveCheckpoint })).toBe('go');
    expect((await fileOf(folder)).status).toBe('running');
    run.setBest({ metric: 'eval/loss', value: 2, step: 1 });
    run.log('two\nlines');
    await run.end({ state: 'finished' });
    expect(await fileOf(folder)).toMatchObject({
      status: 'finished',
      run: {
        control: null,
        seed: 3,
        best: { value: 2 },
        progress: { step: 1, totalSteps: 10, tokensSeen: 5 },
        endedAt: expect.stringMatching(/Z$/) as string,
      },
    });
    expect((await readdir(folder)).sort()).toEqual([
      'config.yaml',
      'metrics.index',
      'metrics.jsonl',
      'run.json',
      'trainer.log',
    ]);
    expect(await readFile(path.join(folder, 'trainer.log'), 'utf8')).toMatch(
      /^\S+Z two\n {2}lines\n$/,
    );
  });

  it('keeps the error of a run that failed', async () => {
    const options = await optionsFor();
    const run = await openRun(options);
    await run.end({ state: 'failed', error: { code: 'train/diverged', message: 'NaN' } });
    const { status, run: file } = await fileOf(options.folder);
    expect(status).toBe('failed');
    expect(file.error).toEqual({ code: 'train/diverged', message: 'NaN' });
  });

  it('goes on with what was best, and from the first begin', async () => {
    const options = await optionsFor();
    const run = await openRun(options);
    run.setBest({ metric: 'eval/loss', value: 2, step: 1 });
    await run.end({ state: 'stopped' });
    const again = await openRun({ ...options, resume: { step: 4, tokensSeen: 40 } });
    expect(again.file()).toMatchObject({
      startedAt: run.file().startedAt,
      best: { value: 2 },
      progress: { step: 4, tokensSeen: 40 },
      error: null,
      endedAt: null,
    });
    await again.end({ state: 'finished' });
    const earlier = await openRun({ ...options, resume: { step: 0, tokensSeen: 0 } });
    expect(earlier.file().best).toBeNull();
    await earlier.end({ state: 'finished' });
  });

  it.each([
    ['whole', 3, null],
    ['without the newest', 2, 'metrics.jsonl ends at step 30, and the run goes on from step 40'],
    ['cut', 1, 'metrics.jsonl ends at step 20, and the run goes on from step 40'],
    ['gone', 0, 'metrics.jsonl ends at step 0, and the run goes on from step 40'],
  ])('tells which metrics were lost: %s', async (_, kept, told) => {
    const options = await optionsFor();
    const run = await openRun(options);
    for (const step of [20, 30, 40])
      run.metrics({ step, tokensSeen: step, time: step, values: { 'train/loss': 1 } });
    await run.end({ state: 'stopped' });
    const file = path.join(options.folder, 'metrics.jsonl');
    const lines = (await readFile(file, 'utf8')).split('\n');
    await writeFile(
      file,
      lines
        .slice(0, kept)
        .map((line) => `${line}\n`)
        .join(''),
    );
    const texts: string[] = [];
    const again = await openRun({
      ...options,
      onTrouble: (text) => texts.push(text),
      resume: { step: 40, tokensSeen: 40, recordedEvery: 10 },
    });
    await again.end({ state: 'finished' });
    expect(texts).toEqual(told === null ? [] : [expect.stringContaining(told)]);
    const log = await readFile(path.join(options.folder, 'trainer.log'), 'utf8');
    expect(log.includes('is lost')).toBe(told !== null);
  });

  it('tells the first error when the end cannot be written either', async () => {
    const options = await optionsFor();
    const run = await openRun(options);
    await rm(options.folder, { recursive: true });
    const error = { code: 'first', message: 'first' };
    await run.end({ state: 'failed', error });
    const other = await openRun(await optionsFor());
    await rm(other.folder, { recursive: true });
    await expect(other.end({ state: 'finished' })).rejects.toMatchObject({
      code: 'run/not-writable',
    });
  });

  it('lets go of everything when a file cannot be opened', async () => {
    const options = await optionsFor();
    await mkdir(path.join(options.folder, 'trainer.log'));
    await expect(openRun(options)).rejects.toMatchObject({ code: 'EISDIR' });
    const { status, run } = await fileOf(options.folder);
    expect(status).toBe('failed');
    expect(run.error?.code).toBe('EISDIR');
    expect(await readdir(options.folder)).not.toContain('control.sock');
  });

  it('stops when it is asked to, also while a step is running', async () => {
    const run = await openRun(await optionsFor());
    run.requestStop();
    expect(await run.betweenSteps({ step: 1, tokensSeen: 1, saveCheckpoint })).toBe('stop');
    await run.end({ state: 'stopped' });
  });
});

describe('listRuns', () => {
  it('lists runs in the order of their begin and reports what it cannot read', async () => {
    const dir = await temporaryFolder();
    for (const [name, day] of [
      ['b', 1],
      ['a', 2],
    ] as const) {
      const folder = path.join(dir, name);
      await mkdir(folder);
      const clock = () => new Date(Date.UTC(2026, 0, day));
      const run = await openRun(await optionsFor({ folder, clock }));
      await run.end({ state: 'finished' });
    }
    await mkdir(path.join(dir, 'c'));
    await writeFile(path.join(dir, 'c', 'run.json'), '{');
    await mkdir(path.join(dir, 'no-run'));
    const found = await listRuns(dir);
    expect(found.map(({ folder }) => path.basename(folder))).toEqual(['c', 'b', 'a']);
    expect(found[0]).toMatchObject({ problem: expect.stringContaining('not JSON') as string });
    expect(await listRuns(path.join(dir, 'gone'))).toEqual([]);
  });
});

describe('readMakings', () => {
  it('gives back what was noted, whatever environment is chosen by then', async () => {
    const text = `${MINIMAL}environments: {gpu: {run: {seed: 5}}}`;
    const loaded = await load(text, { environment: 'gpu' });
    if (loaded.yaml === null) throw new Error('the config of the test is wrong');
    const options = await optionsFor({
      gitCommit: 'c',
      fingerprints: {
        config: 'f',
        data: [{ path: 'samples', sha256: '1' }],
        models: [],
        executor: null,
      },
      configText: resolvedText(loaded),
    });
    await (await openRun(options)).end({ state: 'finished' });
    const { versions, gitCommit, fingerprints } = options;
    expect(await readMakings(options.folder, { DEEPCODER_ENV: 'gpu' })).toEqual({
      config: loaded.yaml,
      versions,
      gitCommit,
      fingerprints,
    });
  });

  it('of a folder that is no run is an error', async () => {
    await expect(readMakings(await temporaryFolder(), {})).rejects.toMatchObject({
      code: 'run/unreadable',
      exitCode: 3,
    });
  });
});
